// Questions that take the agent down different paths: one page, several pages,
// two parts, a page that is gone, nothing to find.

export const SUGGESTIONS = [
  "Which planet is the hottest?",
  "Why is Mars red, and how many moons does it have?",
  "What is the largest moon?",
  "What is Ceres?",
  "How far away is the Moon?",
  "How do I bake sourdough bread?",
];

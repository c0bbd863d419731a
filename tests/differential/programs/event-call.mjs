// Laminar.event, with a current span and without.

export const needs = ["Laminar.event"];

const AT = 1_500_000_000_000;

export default async ({ Laminar, observe }) => {
  observe({ name: "inside" }, () => {
    Laminar.event({ name: "bare" });
    Laminar.event({ name: "with attributes", attributes: { a: 1, b: "x" } });
    Laminar.event({ name: "at a time", timestamp: AT });
    Laminar.event({ name: "at a date", timestamp: new Date(AT) });
    Laminar.event({ name: "of someone", sessionId: "s", userId: "u" });
  });
  Laminar.event({ name: "outside", attributes: { a: 1 } });
  Laminar.event({ name: "outside, of someone", sessionId: "s", userId: "u" });
};

// Tags given to observe and to startSpan.

const lists = {
  one: ["a"],
  several: ["b", "a"],
  repeated: ["a", "b", "a"],
  none: [],
};

export default async ({ Laminar, observe }) => {
  for (const [name, tags] of Object.entries(lists)) {
    observe({ name: `observe ${name}`, tags }, () => 1);
    Laminar.startSpan({ name: `start ${name}`, tags }).end();
  }
  observe({ name: "parent", tags: ["of the parent"] }, () => {
    observe({ name: "child", tags: ["of the child"] }, () => 1);
    observe({ name: "untagged child" }, () => 1);
  });
};

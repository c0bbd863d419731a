import { Laminar, observe } from "laminar-edge";

export function step({ name, type, attributes }, input, action) {
  return observe(
    { name, spanType: type },
    attributes === undefined
      ? action
      : (given) => {
          Laminar.setSpanAttributes(attributes);
          return action(given);
        },
    input,
  );
}

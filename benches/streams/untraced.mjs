import { worker } from "./worker.mjs";

export default worker({
  read: (make, read) => read(make(), () => {}),
  respond: (answer) => (_, env, __, body) => answer(env, body),
});

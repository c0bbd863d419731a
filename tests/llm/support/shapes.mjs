// Reads the messages of an LLM span as Laminar's page does: checks of our own for each form that the page
// knows. The page shows a value that fits no form as raw JSON.

const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value) => typeof value === "string";
const absent = (value) => value === undefined || value === null;
const listOf = (check) => (value) => Array.isArray(value) && value.every(check);
const oneOf =
  (...allowed) =>
  (value) =>
    allowed.includes(value);
const maybe = (check) => (value) => absent(value) || check(value);

/** OpenAI chat */
const textPart = (part) =>
  isObject(part) && part.type === "text" && isText(part.text);
const imagePart = (part) =>
  isObject(part) &&
  part.type === "image_url" &&
  isText(part.image_url?.url) &&
  maybe(oneOf("low", "high", "auto"))(part.image_url.detail);
const filePart = (part) =>
  isObject(part) && part.type === "file" && isObject(part.file);
const functionCall = (call) =>
  isObject(call) && isText(call.name) && isText(call.arguments);
const toolCall = (call) =>
  isObject(call) &&
  isText(call.id) &&
  call.type === "function" &&
  functionCall(call.function);
const textOrParts = (value) => isText(value) || listOf(textPart)(value);

const OPENAI_ROLES = {
  system: ({ content }) => textOrParts(content),
  user: ({ content }) =>
    isText(content) ||
    listOf((part) => textPart(part) || imagePart(part) || filePart(part))(
      content,
    ),
  assistant: (message) =>
    "content" in message &&
    maybe(textOrParts)(message.content) &&
    maybe((audio) => isText(audio.id))(message.audio) &&
    maybe(functionCall)(message.function_call) &&
    maybe(listOf(isText))(message.annotations) &&
    maybe(isText)(message.refusal) &&
    (message.tool_calls === undefined || listOf(toolCall)(message.tool_calls)),
  tool: ({ content, tool_call_id }) =>
    textOrParts(content) && isText(tool_call_id),
};
const openAiMessage = (message) =>
  isObject(message) &&
  Object.hasOwn(OPENAI_ROLES, message.role) &&
  OPENAI_ROLES[message.role](message);
const openAiChoice = (choice) =>
  isObject(choice) &&
  openAiMessage(choice.message) &&
  maybe(isText)(choice.finish_reason);

/** OpenAI Responses */
const responsePart = (part) =>
  isObject(part) &&
  ((oneOf("input_text", "output_text")(part.type) && isText(part.text)) ||
    oneOf("input_image", "input_file")(part.type) ||
    (part.type === "refusal" && isText(part.refusal)));
const withText = (type) => (part) => part?.type === type && isText(part.text);
const named = ({ name, arguments: given }) => isText(name) && isText(given);
const ITEMS = {
  message: ({ role, content }) =>
    oneOf("user", "assistant", "system", "developer")(role) &&
    (isText(content) || listOf(responsePart)(content)),
  reasoning: ({ summary, content, encrypted_content }) =>
    maybe(listOf(withText("summary_text")))(summary) &&
    maybe(listOf(withText("reasoning_text")))(content) &&
    maybe(isText)(encrypted_content),
  function_call: (item) => isText(item.call_id) && named(item),
  function_call_output: ({ call_id, output }) =>
    isText(call_id) && (isText(output) || listOf(responsePart)(output)),
  custom_tool_call: ({ call_id, name, input }) =>
    isText(call_id) && isText(name) && isText(input),
  custom_tool_call_output: ({ call_id }) => isText(call_id),
  web_search_call: ({ id, status }) => isText(id) && isText(status),
  file_search_call: ({ id, queries }) => isText(id) && listOf(isText)(queries),
  computer_call: ({ id, call_id, pending_safety_checks }) =>
    isText(id) && isText(call_id) && Array.isArray(pending_safety_checks),
  computer_call_output: ({ call_id, output }) =>
    isText(call_id) && isObject(output),
  image_generation_call: ({ id, result, status }) =>
    isText(id) && (result === null || isText(result)) && isText(status),
  code_interpreter_call: ({ id, code, container_id, outputs }) =>
    isText(id) &&
    (code === null || isText(code)) &&
    isText(container_id) &&
    (outputs === null || Array.isArray(outputs)),
  local_shell_call: ({ id, call_id, action }) =>
    isText(id) && isText(call_id) && isObject(action),
  local_shell_call_output: ({ id, output }) => isText(id) && isText(output),
  mcp_call: (item) =>
    isText(item.id) && isText(item.server_label) && named(item),
  mcp_list_tools: ({ id, server_label, tools }) =>
    isText(id) && isText(server_label) && listOf(isObject)(tools),
  mcp_approval_request: (item) =>
    isText(item.id) && isText(item.server_label) && named(item),
  mcp_approval_response: ({ approval_request_id, approve }) =>
    isText(approval_request_id) && typeof approve === "boolean",
  item_reference: ({ id }) => isText(id),
};
const responseItem = (item) => {
  if (!isObject(item)) return false;
  const type = item.type ?? "message";
  return Object.hasOwn(ITEMS, type) && ITEMS[type](item);
};

/** Anthropic */
const BLOCKS = {
  text: ({ text }) => isText(text),
  thinking: ({ thinking }) => isText(thinking),
  redacted_thinking: () => true,
  tool_use: ({ id, name }) => isText(id) && isText(name),
  server_tool_use: ({ id, name }) => isText(id) && isText(name),
  tool_result: ({ tool_use_id, content }) =>
    isText(tool_use_id) &&
    (content === undefined || isText(content) || Array.isArray(content)),
  web_search_tool_result: ({ tool_use_id }) => isText(tool_use_id),
  image: ({ source }) =>
    isObject(source) &&
    ((source.type === "base64" && isText(source.data)) ||
      (source.type === "url" && isText(source.url))),
  document: () => true,
  search_result: () => true,
};
const ONLY_ANTHROPIC = [
  "tool_use",
  "tool_result",
  "thinking",
  "redacted_thinking",
];
const block = (value) =>
  isObject(value) &&
  Object.hasOwn(BLOCKS, value.type) &&
  BLOCKS[value.type](value);
const anthropicMessage = (message) =>
  isObject(message) &&
  oneOf("user", "assistant", "system")(message.role) &&
  (isText(message.content) || listOf(block)(message.content)) &&
  (message.stop_reason === undefined || isText(message.stop_reason));
const mustBeAnthropic = (messages) =>
  messages.some(
    (message) =>
      Array.isArray(message?.content) &&
      message.content.some((part) => ONLY_ANTHROPIC.includes(part?.type)),
  );

/** Gemini */
const camel = (name) => name.replace(/_([a-z])/g, (_, c) => c.toUpperCase());
const camelKeys = (value) =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, each]) => [camel(key), each]),
      )
    : value;
const geminiPart = (given) => {
  const part = camelKeys(given);
  if (!isObject(part)) return false;
  const inline = camelKeys(part.inlineData);
  const file = camelKeys(part.fileData);
  return (
    isText(part.text) ||
    (isText(inline?.mimeType) && isText(inline.data)) ||
    isText(file?.fileUri) ||
    (isText(part.functionCall?.name) &&
      maybe(isObject)(part.functionCall.args)) ||
    (isText(part.functionResponse?.name) &&
      isObject(part.functionResponse.response)) ||
    isText(part.executableCode?.code) ||
    isText(part.codeExecutionResult?.outcome)
  );
};
const geminiContent = (content) =>
  isObject(content) &&
  (content.role === undefined ||
    oneOf("user", "model", "system")(content.role)) &&
  listOf(geminiPart)(content.parts);
const geminiCandidate = (candidate) =>
  isObject(candidate) && geminiContent(candidate.content);

/** OpenTelemetry's parts, as far as the page shows them */
const PARTS = {
  text: ({ content }) => isText(content),
  thinking: ({ content }) => isText(content),
  tool_call: ({ name }) => isText(name),
  tool_call_response: (part) => "result" in part,
  uri: ({ uri }) => isText(uri),
  blob: ({ content }) => isText(content),
};
const otelMessage = (message) =>
  isObject(message) &&
  isText(message.role) &&
  (message.finish_reason === undefined || isText(message.finish_reason)) &&
  Array.isArray(message.parts) &&
  message.parts.length > 0 &&
  message.parts.every(
    (part) =>
      isObject(part) &&
      Object.hasOwn(PARTS, part.type) &&
      PARTS[part.type](part),
  );

/** The forms, in the order in which the page tries them. */
const FORMS = [
  ["otel", otelMessage, seeOtel],
  ["openai-choices", openAiChoice, ({ message }) => seeOpenAi(message)],
  ["openai", openAiMessage, seeOpenAi],
  ["openai-responses", responseItem, seeItem],
  ["anthropic", anthropicMessage, seeAnthropic],
  ["gemini", geminiCandidate, ({ content }) => seeGemini(content)],
  ["gemini", geminiContent, seeGemini],
];

/**
 * Returns `{ form, messages }` if the page shows `value` as a conversation, and `null` if it shows
 * raw JSON. A message is `{ role, text, thinking, refusal, calls, results }`.
 */
export function readMessages(value) {
  if (!Array.isArray(value) || value.length === 0) return null;
  if (mustBeAnthropic(value))
    return value.every(anthropicMessage)
      ? { form: "anthropic", messages: value.map(seeAnthropic) }
      : null;
  for (const [form, check, see] of FORMS)
    if (value.every(check)) return { form, messages: joined(value.map(see)) };
  return null;
}

/** Joins the items of one turn into one message; consecutive messages stay separate. */
function joined(messages) {
  const list = [];
  for (const message of messages) {
    const last = list.at(-1);
    const oneTurn =
      last?.item &&
      message.item &&
      last.role === message.role &&
      !(last.item === "message" && message.item === "message");
    if (!oneTurn) {
      list.push({ ...message });
      continue;
    }
    add(last, message);
    if (message.item === "message") last.item = "message";
  }
  return list.map(({ item, ...message }) => message);
}

function add(to, from) {
  for (const key of ["text", "thinking", "refusal"]) to[key] += from[key];
  for (const key of ["calls", "results"]) to[key].push(...from[key]);
}

const seen = (role, more) => ({
  role: role === "model" ? "assistant" : role,
  text: "",
  thinking: "",
  refusal: "",
  calls: [],
  results: [],
  ...more,
});
const textOf = (content) =>
  isText(content)
    ? content
    : (content ?? []).map((part) => part?.text ?? "").join("");

function seeOpenAi(message) {
  const calls = (message.tool_calls ?? []).map(({ id, function: called }) => ({
    id,
    name: called.name,
    arguments: parsed(called.arguments),
  }));
  return seen(message.role, {
    text: message.role === "tool" ? "" : textOf(message.content),
    refusal: message.refusal ?? "",
    calls,
    results: message.role === "tool" ? [{ id: message.tool_call_id }] : [],
  });
}

function seeItem(item) {
  const type = item.type ?? "message";
  const kind = { item: type };
  switch (type) {
    case "message":
      return seen(item.role, {
        ...kind,
        text: textOf(item.content),
        refusal: isText(item.content)
          ? ""
          : item.content.map((part) => part.refusal ?? "").join(""),
      });
    case "reasoning":
      return seen("assistant", {
        ...kind,
        thinking: textOf(item.summary) + textOf(item.content),
      });
    case "function_call":
    case "custom_tool_call":
      return seen("assistant", {
        ...kind,
        calls: [
          {
            id: item.call_id,
            name: item.name,
            arguments: parsed(item.arguments ?? item.input),
          },
        ],
      });
    case "function_call_output":
      return seen("tool", { ...kind, results: [{ id: item.call_id }] });
    default:
      return seen("assistant", kind);
  }
}

function seeAnthropic({ role, content }) {
  const blocks = isText(content) ? [{ type: "text", text: content }] : content;
  const of = (type) => blocks.filter((each) => each.type === type);
  return seen(role, {
    text: of("text")
      .map(({ text }) => text)
      .join(""),
    thinking: of("thinking")
      .map(({ thinking }) => thinking)
      .join(""),
    calls: of("tool_use").map(({ id, name, input }) => ({
      id,
      name,
      arguments: input,
    })),
    results: of("tool_result").map(({ tool_use_id }) => ({ id: tool_use_id })),
  });
}

function seeGemini({ role, parts }) {
  const list = parts.map(camelKeys);
  const texts = (thought) =>
    list
      .filter(
        (part) => isText(part.text) && (part.thought === true) === thought,
      )
      .map(({ text }) => text)
      .join("");
  return seen(role ?? "user", {
    text: texts(false),
    thinking: texts(true),
    calls: list
      .filter((part) => part.functionCall)
      .map(({ functionCall: { id, name, args } }) => ({
        id,
        name,
        arguments: args ?? {},
      })),
    results: list
      .filter((part) => part.functionResponse)
      .map(({ functionResponse: { id } }) => ({ id })),
  });
}

function seeOtel({ role, parts }) {
  const of = (type) => parts.filter((part) => part.type === type);
  const text = (type) =>
    of(type)
      .map(({ content }) => content)
      .join("");
  return seen(role, {
    text: text("text"),
    thinking: text("thinking"),
    calls: of("tool_call").map(({ id, name, arguments: given }) => ({
      id,
      name,
      arguments: isText(given) ? parsed(given) : given,
    })),
    results: of("tool_call_response").map(({ id }) => ({ id })),
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

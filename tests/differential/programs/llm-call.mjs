// A manual LLM span, as in Laminar's documentation.

const messages = [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "Hi?" }] },
];

export default async ({ Laminar, LaminarAttributes, observe }) =>
  observe(
    { name: "agent", sessionId: "s", userId: "u", tags: ["docs"] },
    async (question) => {
      const span = Laminar.startSpan({
        name: "chat",
        spanType: "LLM",
        input: messages,
      });
      const answer = await Laminar.withSpan(span, async () => {
        await null;
        return { role: "assistant", content: `To ${question}: Hi!` };
      });
      span.setAttributes({
        [LaminarAttributes.PROVIDER]: "openai",
        [LaminarAttributes.REQUEST_MODEL]: "gpt-4.1-nano",
        [LaminarAttributes.RESPONSE_MODEL]: "gpt-4.1-nano-2025-04-14",
        [LaminarAttributes.INPUT_TOKEN_COUNT]: 12,
        [LaminarAttributes.OUTPUT_TOKEN_COUNT]: 3,
        [LaminarAttributes.TOTAL_TOKEN_COUNT]: 15,
        [LaminarAttributes.INPUT_COST]: 0.000012,
        [LaminarAttributes.OUTPUT_COST]: 0.000003,
        [LaminarAttributes.TOTAL_COST]: 0.000015,
      });
      span.setOutput([answer]);
      span.end();
      const tool = Laminar.startSpan({
        name: "search",
        spanType: "TOOL",
        input: { query: "hi", limit: 3 },
      });
      await Laminar.withSpan(
        tool,
        async () => {
          throw new Error("offline");
        },
        true,
      ).catch(() => {});
      return answer.content;
    },
    "you",
  );

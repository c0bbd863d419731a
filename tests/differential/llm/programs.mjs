// The programs that both SDKs run: those of ../../llm/clients, as far as the official SDK has the client.

import { programs as ofAnthropic } from "../../llm/clients/programs/anthropic.mjs";
import { programs as ofGenAi } from "../../llm/clients/programs/genai.mjs";
import { programs as ofOpenAi } from "../../llm/clients/programs/openai.mjs";

const named = (library, programs) =>
  Object.entries(programs).map(([name, program]) => [
    `${library}: ${name}`,
    { library, program },
  ]);

export const programs = Object.fromEntries([
  ...named("openai", ofOpenAi),
  ...named("anthropic", ofAnthropic),
  ...named("genai", ofGenAi),
]);

// The wire formats that the engine reads, by the number under which it knows them.

export const OPENAI_CHAT = 0;
export const OPENAI_COMPLETIONS = 1;
export const OPENAI_RESPONSES = 2;
export const OPENAI_EMBEDDINGS = 3;
export const ANTHROPIC_MESSAGES = 4;
export const GEMINI = 5;
export const GEMINI_EMBEDDINGS = 6;
export const WORKERS_AI = 7;
export const BEDROCK_CONVERSE = 8;
export const BEDROCK_INVOKE = 9;
export const OLLAMA_CHAT = 10;
export const OLLAMA_GENERATE = 11;
export const COHERE_CHAT = 12;

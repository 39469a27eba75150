import type { SourceCode } from "eslint";
import type * as es from "estree";

import { originOf, type Origin } from "./origin.ts";

/**
 * What calls a model, by module. `generateText` is a function of the module; `*().chat.completions.create` a method of whatever
 * is constructed from it, with anything between the two.
 */
export interface ModelApis {
  readonly [module: string]: readonly string[];
}

const openai = [
  "*().chat.completions.create",
  "*().chat.completions.parse",
  "*().chat.completions.stream",
  "*().chat.completions.runTools",
  "*().completions.create",
  "*().responses.create",
  "*().responses.parse",
  "*().responses.stream",
  "*().embeddings.create",
  "*().images.generate",
  "*().audio.transcriptions.create",
  "*().audio.speech.create",
] as const;
const langchain = ["Chat*().invoke", "Chat*().stream", "Chat*().batch", "Chat*().streamEvents"];

export const modelApis: ModelApis = {
  openai,
  "groq-sdk": openai,
  "@anthropic-ai/sdk": [
    "*().messages.create",
    "*().messages.stream",
    "*().messages.parse",
    "*().messages.toolRunner",
    "*().completions.create",
  ],
  "@google/genai": [
    "*().models.generateContent",
    "*().models.generateContentStream",
    "*().models.embedContent",
    "*().models.generateImages",
    "*().chats.create.().sendMessage",
    "*().chats.create.().sendMessageStream",
  ],
  ai: [
    "generateText",
    "streamText",
    "generateObject",
    "streamObject",
    "generateImage",
    "embed",
    "embedMany",
  ],
  "@langchain/openai": langchain,
  "@langchain/anthropic": langchain,
  "@langchain/google-genai": langchain,
  "@langchain/google-vertexai": langchain,
  "@langchain/mistralai": langchain,
  "@langchain/groq": langchain,
  "@langchain/ollama": langchain,
  "@langchain/aws": langchain,
};

/** `chat.completions.create (openai)`, if the call calls a model. */
export function modelCallOf(
  call: es.CallExpression,
  code: SourceCode,
  apis: ModelApis,
): string | undefined {
  const origin = originOf(call.callee, code);
  if (origin === undefined) return undefined;
  // Some import a client from a file of its package: "openai/index".
  const [, ofPackage = ""] = /^((?:@[^/]+\/)?[^./@][^/]*)\//.exec(origin.module) ?? [];
  const name = [origin.module, ofPackage].find((module) => Object.hasOwn(apis, module));
  const found = name && apis[name]?.find((pattern) => matches(origin, pattern));
  if (!found) return undefined;
  const method = found.replace(/^.*?\(\)\./, "").replaceAll(".()", "()");
  return `${method} (${origin.module})`;
}

function matches({ path }: Origin, pattern: string): boolean {
  const at = pattern.indexOf("().");
  if (at < 0) return path.length === 1 && path[0] === pattern;
  const made = path.indexOf("()");
  if (made < 1 || !named(path[made - 1] ?? "", pattern.slice(0, at))) return false;
  const rest = path.slice(made + 1);
  const tail = pattern.slice(at + 3).split(".");
  return rest.length >= tail.length && tail.every((step, i) => rest.at(i - tail.length) === step);
}

/** `Chat*` begins so. */
function named(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

import type { Session } from "@throughline/sdk";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";

import { client, model } from "./model.ts";
import { tools, useTool } from "./tools.ts";

const conversations = new Map<string, ChatCompletionMessageParam[]>();

/** One message of the customer and what becomes of it. */
export function answer(s: Session, text: string): Promise<string> {
  return s.turn({ input: text }, async (turn) => {
    const messages = conversations.get(s.id) ?? [];
    conversations.set(s.id, messages);
    messages.push({ role: "user", content: text });

    // Beside the turn, and longer than it if need be; nobody waits for it.
    if (messages.length === 1)
      turn.sidecar({ name: "title", detached: true }, () => titleFor(text));

    for (let round = 0; round < 10; round++) {
      // The signal is aborted when the turn has used up its budget.
      const { choices } = await client.chat.completions.create(
        { model, messages, tools },
        { signal: turn.signal },
      );
      const message = choices[0]?.message;
      if (message === undefined) break;
      messages.push(message);
      const calls = (message.tool_calls ?? []).filter((call) => call.type === "function");
      if (calls.length === 0) {
        turn.output(message.content);
        return message.content ?? "";
      }
      for (const call of calls) {
        messages.push({ role: "tool", tool_call_id: call.id, content: await useTool(turn, call) });
      }
    }
    throw new Error("the model found no end");
  });
}

async function titleFor(text: string): Promise<void> {
  const content = `A title of five words for: ${text}`;
  await client.chat.completions.create({ model, messages: [{ role: "user", content }] });
}

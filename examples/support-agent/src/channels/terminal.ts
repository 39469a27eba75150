import { createInterface } from "node:readline";

import { session } from "@throughline/sdk";

import { answer } from "../agent.ts";

/** One run of the terminal is one session, which ends with it. */
export async function terminal(): Promise<void> {
  await session({ agent: "support", channel: { type: "cli" } }, async (s) => {
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() !== "") console.log(await answer(s, line));
    }
  });
}

import { log, session } from "@throughline/sdk";

import { ask, work } from "./script.ts";

/** A nightly report from the command line: the first try of its tool fails, and the log says why. */
export async function reportOnTheCommandLine(): Promise<void> {
  await session({ agent: "reporter", channel: { type: "cli" } }, async (s) => {
    await s.turn({ input: "Sales of last week, please." }, async (turn) => {
      await ask(turn, { says: "query the sales", inputTokens: 640, outputTokens: 58, ms: 100 });
      const query = (callId: string, run: () => Promise<void>) =>
        turn.tool({ name: "query_sales", callId }, run).catch(() => undefined);
      await query("call_1", async () => {
        await work(80);
        log.error("the sales database did not answer", { "shop.database": "sales" });
        throw new Error("connection timed out");
      });
      await ask(turn, { says: "try again", inputTokens: 745, outputTokens: 22, ms: 70 });
      await query("call_2", () => work(45));
      await ask(turn, { says: "summarise", inputTokens: 3_310, outputTokens: 240, ms: 190 });
    });
  });
}

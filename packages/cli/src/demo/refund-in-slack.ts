import { log, session } from "@throughline/sdk";

import { ask, work } from "./script.ts";

/** A customer's refund in a Slack thread: two messages, a person who approves, a sub-agent, a title made in the background. */
export async function refundInSlack(): Promise<void> {
  const thread = {
    id: "slack-C042-1795276707",
    agent: "support",
    channel: { type: "slack", id: "C042" },
  };

  await session(thread, async (s) => {
    await s.turn(
      { input: "The jacket of order 4711 is too small, I want my money back." },
      async (turn) => {
        turn.sidecar({ name: "title", detached: true }, () => work(90));
        await ask(turn, { says: "look the order up", inputTokens: 812, outputTokens: 41, ms: 140 });
        await turn.tool({ name: "find_order", callId: "call_1", arguments: { order: 4711 } }, () =>
          work(35),
        );
        await turn.agent({ name: "policy" }, async (agent) => {
          await ask(agent, {
            says: "within 30 days",
            inputTokens: 2_104,
            outputTokens: 63,
            ms: 180,
          });
          await agent.tool({ name: "search_policies", callId: "call_2" }, () => work(20));
          log.info("refund is allowed", { "shop.order": 4711 });
        });
        await ask(turn, {
          says: "offer the refund",
          inputTokens: 1_240,
          outputTokens: 88,
          ms: 120,
        });
      },
    );
  });

  // The next message of the same thread: the same session, continued.
  await session(thread, async (s) => {
    await s.turn({ input: "Yes please, to my card." }, async (turn) => {
      await ask(turn, { says: "refund it", inputTokens: 1_405, outputTokens: 37, ms: 110 });
      await turn.tool(
        { name: "refund", callId: "call_3", arguments: { order: 4711 } },
        async (tool) => {
          await tool.approval({ source: "human" }, () => work(200));
          await tool.execution(() => work(60));
        },
      );
      await ask(turn, { says: "done, say goodbye", inputTokens: 1_502, outputTokens: 52, ms: 90 });
    });
    s.end();
  });
}

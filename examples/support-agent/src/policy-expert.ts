import type { Place } from "@throughline/sdk";

import { client, model } from "./model.ts";

/** A sub-agent: the same session, a run of its own. */
export function askPolicyExpert(caller: Place, question: string): Promise<string> {
  return caller.agent({ name: "policy-expert", input: question }, async (agent) => {
    const policies = await agent.tool(
      { name: "search_policies" },
      async () => "Refunds within 30 days.",
    );
    const { choices } = await client.chat.completions.create({
      model,
      messages: [
        { role: "system", content: policies },
        { role: "user", content: question },
      ],
    });
    return choices[0]?.message.content ?? "";
  });
}

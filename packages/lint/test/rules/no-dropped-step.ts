import { ruleCases } from "../support/rule-cases.ts";

ruleCases("no-dropped-step", {
  reported: {
    "a step of a handle": {
      code: `
        import { session } from "@throughline/sdk";
        await session({ id }, async (s) => {
          s.turn(async (turn) => { // !
            await turn.llm({ provider, model }, ask);
          });
        });`,
      says: "dropped",
      suggested: ["await", "s.turn(async", "await s.turn(async"],
    },
    "a free function with a callback that is declared elsewhere": {
      code: `
        import { tool } from "@throughline/sdk";
        async function search() {}
        function look() {
          tool({ name: "search" }, search); // !
        }`,
      says: "dropped",
    },
    "a model call with retries, which always gives a promise": {
      code: `
        import type { Turn } from "@throughline/sdk";
        export async function ask(turn: Turn) {
          turn.llm({ provider, model, retry: () => "429" }, () => answer); // !
        }`,
      says: "dropped",
      suggested: ["await", "turn.llm({", "await turn.llm({"],
    },
    "a whole session at the top level": {
      code: `
        import * as throughline from "@throughline/sdk";
        throughline.session({ agent: "nightly" }, async (s) => {}); // !`,
      says: "dropped",
      suggested: ["await", "throughline.session(", "await throughline.session("],
    },
    "one for each, none of which anybody waits for": {
      code: `
        import { session } from "@throughline/sdk";
        await session({ id }, (s) =>
          s.turn(async (turn) => {
            calls.forEach((call) =>
              turn.tool({ name: call.name }, async () => run(call)) // !
            );
          }),
        );`,
      says: "dropped",
    },
    "awaited where nobody awaits the awaiting": {
      code: `
        import { session } from "@throughline/sdk";
        await session({ id }, (s) =>
          s.turn(async (turn) => {
            calls.forEach(async (call) => {
              const result = await turn.tool({ name: call.name }, async () => run(call)); // !
              results.push(result);
            });
          }),
        );`,
      says: "dropped",
    },
    "a handle begun by hand": {
      code: `
        import { session } from "@throughline/sdk";
        const s = session({ id });
        const turn = s.startTurn();
        turn?.agent({ name: "researcher" }, async () => {}); // !`,
      says: "dropped",
      suggested: ["await", "turn?.agent", "await turn?.agent"],
    },
    "an execution, which takes its callback alone": {
      code: `
        import type { ToolCall } from "@throughline/sdk";
        function approved(call: ToolCall) {
          call.execution(async () => refund()); // !
        }`,
      says: "dropped",
    },
  },
  silent: {
    "awaited, returned, kept, or dropped on purpose": `
      import { session } from "@throughline/sdk";
      await session({ id }, async (s) => {
        await s.turn(async () => {});
        const later = s.turn(async () => {});
        void s.turn(async () => {});
        s.turn(async () => {}).catch(report);
        await Promise.all(calls.map((call) => s.turn(async () => run(call))));
        calls.forEach((call) => {
          pending.push(s.turn(async () => run(call)));
        });
        return s.turn(async () => later);
      });`,
    "work that is done when the call returns": `
      import { tool } from "@throughline/sdk";
      tool({ name: "add" }, () => 1 + 1);
      tool({ name: "add" }, add);
      tool({ name: "add" }, async function* () {});`,
    "a detached sidecar": `
      import { sidecar } from "@throughline/sdk";
      sidecar({ name: "title", detached: true }, async () => {});`,
    "methods of the same name that are not ours": `
      import { tool } from "./toolbox.ts";
      const agent = makeAgent();
      agent.tool({ name: "search" }, async () => {});
      tool({ name: "search" }, async () => {});
      router.action({ name: "x" }, async () => {});`,
  },
});

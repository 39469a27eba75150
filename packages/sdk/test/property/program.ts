import { setImmediate as immediate } from "node:timers/promises";

import {
  session,
  type Place,
  type Session,
  type StepHandle,
  type TraceShape,
} from "@throughline/sdk";
import * as fc from "fast-check";

/** A random agent: what it does in each of its sessions, in a form that shrinks and prints well. */
export interface Program {
  readonly traces: TraceShape;
  readonly sessions: readonly { readonly turns: readonly (readonly Deed[])[] }[];
}

export interface Deed {
  readonly kind:
    | "llm"
    | "tool"
    | "agent"
    | "action"
    | "sidecar"
    | "detached"
    | "hook"
    | "log"
    | "nested";
  readonly form: "callback" | "manual" | "using" | "bound";
  /** Turns of the event loop before, in and after the work; sessions interleave there. */
  readonly waits: readonly [number, number, number];
  readonly end: "ok" | "throw" | "cancel" | "abort" | "twice";
  readonly below: readonly Deed[];
}

const { deed } = fc.letrec<{ deed: Deed; below: readonly Deed[] }>((tie) => ({
  deed: fc.record({
    kind: fc.constantFrom(
      "llm",
      "tool",
      "agent",
      "action",
      "sidecar",
      "detached",
      "hook",
      "log",
      "nested",
    ),
    form: fc.constantFrom("callback", "manual", "using", "bound"),
    waits: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
    end: fc.constantFrom("ok", "ok", "ok", "throw", "cancel", "abort", "twice"),
    below: tie("below"),
  }),
  below: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant([]),
    fc.array(tie("deed"), { maxLength: 3 }),
  ),
}));

export const programs: fc.Arbitrary<Program> = fc.record({
  traces: fc.constantFrom("session", "turn"),
  sessions: fc.array(
    fc.record({
      turns: fc.array(fc.array(deed, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

export async function perform(program: Program, run: string): Promise<void> {
  await Promise.all(
    program.sessions.map((plan, i) =>
      session({ id: `${run}/${i}`, agent: "random", traces: program.traces }, async (s) => {
        const detached: Promise<unknown>[] = [];
        for (const deeds of plan.turns) {
          await s.turn(async (turn) => doAll(deeds, turn, s, detached)).catch(ignore);
        }
        // Detached work may start more of its kind.
        for (let work = detached.pop(); work !== undefined; work = detached.pop()) await work;
        s.end();
      }),
    ),
  );
}

const ignore = (): void => {};

async function wait(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await immediate();
}

/** Every other one in parallel with the next, as agents run tools. */
async function doAll(
  deeds: readonly Deed[],
  place: Place,
  s: Session,
  detached: Promise<unknown>[],
): Promise<void> {
  for (let i = 0; i < deeds.length; i += 2) {
    const pair = deeds.slice(i, i + 2).map((deed) => act(deed, place, s, detached));
    for (const result of await Promise.allSettled(pair)) {
      // Some failures are handled, some go on up.
      if (result.status === "rejected" && i % 4 === 0) throw result.reason;
    }
  }
}

async function act(
  deed: Deed,
  place: Place,
  s: Session,
  detached: Promise<unknown>[],
): Promise<void> {
  await wait(deed.waits[0]);
  const body = async (handle: Place): Promise<void> => {
    await wait(deed.waits[1]);
    // A model call in a model call that both report usage would be the application's fault (C16).
    if (deed.kind !== "llm") await doAll(deed.below, handle, s, detached);
    await wait(deed.waits[2]);
    if (deed.end === "throw") throw new TypeError("expected");
    if (deed.end === "abort") throw new DOMException("stopped", "AbortError");
  };
  if (deed.kind === "log") place.log.info("something happened");
  else if (deed.kind === "nested") await nested(s, place);
  else if (deed.kind === "detached") detached.push(inDetached(place, body));
  else if (deed.form === "callback") await inCallback(deed, place, body);
  else if (deed.form === "bound") await inBoundCallback(deed, place, body);
  else await byHand(deed, place, body);
}

type Body = (handle: Place) => Promise<void>;

async function inDetached(place: Place, body: Body): Promise<void> {
  const done = Promise.withResolvers<void>();
  place.sidecar({ name: "memory", detached: true }, (sidecar) =>
    body(sidecar).finally(done.resolve),
  );
  await done.promise;
}

async function inBoundCallback(deed: Deed, place: Place, body: Body): Promise<void> {
  const work = place.bind(() => inCallback(deed, place, body));
  await immediate();
  await work();
}

async function byHand(deed: Deed, place: Place, body: Body): Promise<void> {
  const handle = started(deed.kind, place);
  try {
    await handle.run(() => body(handle));
    finish(handle, deed);
  } catch (error) {
    if (deed.form === "manual") handle.fail(error);
    else finish(handle, deed);
    throw error;
  }
}

async function inCallback(deed: Deed, place: Place, body: Body): Promise<void> {
  const work = async (handle: StepHandle): Promise<void> => {
    await body(handle);
    if (deed.end === "cancel") handle.cancel();
    if (deed.end === "twice") finish(handle, deed);
  };
  switch (deed.kind) {
    case "llm":
      return place.llm({ provider: "openai", model: "gpt-5.4" }, (call) => {
        call.response({ usage: { inputTokens: 1, outputTokens: 1 } });
        return work(call);
      });
    case "tool":
      return place.tool({ name: "search", arguments: { q: 1 } }, async (tool) => {
        await tool.approval({ source: "policy" }, async () => true);
        return tool.execution(() => work(tool));
      });
    case "agent":
      return place.agent({ name: "researcher" }, work);
    case "hook":
      return place.hook({ name: "before" }, work);
    case "sidecar":
      return place.sidecar({ name: "title" }, work);
    default:
      return place.action({ name: "plan" }, work);
  }
}

function started(kind: Deed["kind"], place: Place): StepHandle {
  switch (kind) {
    case "llm": {
      const call = place.startLlm({ provider: "openai", model: "gpt-5.4" });
      return call.response({ usage: { inputTokens: 1, outputTokens: 1 } });
    }
    case "tool":
      return place.startTool({ name: "search" });
    case "agent":
      return place.startAgent({ name: "researcher" });
    case "hook":
      return place.startHook({ name: "before" });
    case "sidecar":
      return place.startSidecar({ name: "title" });
    default:
      return place.startAction({ name: "plan" });
  }
}

function finish(handle: StepHandle, { end }: Deed): void {
  if (end === "cancel") handle.cancel();
  handle[Symbol.dispose]();
  if (end === "twice") handle.fail(new Error("too late"));
}

/** Another session in the middle of this one. */
async function nested(outer: Session, place: Place): Promise<void> {
  await place.run(() =>
    session({ id: `${outer.id}/inner`, agent: "inner" }, async (inner) => {
      await inner.turn((turn) => turn.action({ name: "within" }, () => immediate()));
      inner.end();
    }),
  );
}

import { TraceFlags, type Attributes, type SpanContext } from "@opentelemetry/api";
import { parseSessionId } from "@throughline/core";

import { count } from "../health.ts";
import type { AgentRun, Channel, TurnIds } from "../identity.ts";
import type { TraceShape } from "../settings.ts";
import { follow } from "../step/follow.ts";
import { derivedRoot } from "../trace/position.ts";
import { remember, type SessionMemory } from "./memory.ts";
import { remoteStep } from "./remote-step.ts";
import { openSession, Session, type Carried } from "./session.ts";

export interface SessionOptions {
  /** The application's own id (a thread, a job); minted when absent. 1 to 200 bytes, nothing personal. */
  readonly id?: string | undefined;
  readonly agent?: string | undefined;
  readonly channel?: Channel | undefined;
  readonly traces?: TraceShape | undefined;
  /** The session this one carries on from, if that had another id. */
  readonly previousId?: string | undefined;
  /** `gen_ai.conversation.id`, only if provider or application really has one. */
  readonly conversationId?: string | undefined;
  /** Written on the session's root. */
  readonly attributes?: Attributes | undefined;
}

export interface ResumeOptions {
  readonly agent?: string | undefined;
  readonly channel?: Channel | undefined;
  readonly traces?: TraceShape | undefined;
  readonly conversationId?: string | undefined;
  /** What a carrier brought along: work belongs to this turn and agent run. */
  readonly turn?: TurnIds | undefined;
  readonly agentRun?: AgentRun | undefined;
  /** The sampler's decision as a carrier brought it; asked here once when absent. */
  readonly sampled?: boolean | undefined;
  /** The step elsewhere that handed the work over; what is begun from the session stands below it. */
  readonly parent?: SpanContext | undefined;
}

/**
 * Opens a session, or continues it: a chat thread calls this with the same id for every message. Leaving the callback ends
 * the session only if its id was minted here; otherwise `s.end()` does.
 */
export function session<T>(options: SessionOptions, fn: (session: Session) => T): T;
export function session(options?: SessionOptions): Session;
export function session<T>(
  options: SessionOptions = {},
  fn?: (session: Session) => T,
): T | Session {
  const minted = options.id === undefined;
  const memory = remember(minted ? crypto.randomUUID() : usableId(options.id));
  describe(memory, options);
  const opened = new Session(
    memory,
    { ...known(memory), turn: undefined, agentRun: undefined },
    minted,
  );
  const previousId = options.previousId === memory.id ? undefined : options.previousId;
  openSession(opened, { previousId, attributes: options.attributes });
  if (fn === undefined) return opened;
  const run = (): T => opened.run(fn, opened);
  if (!minted) return run();
  return follow(run, {
    get context() {
      return opened.context;
    },
    succeeded: () => opened.end(),
    failed: (error) => opened.fail(error),
    stopped: () => opened.cancel(),
    abandoned: () => opened.end("interrupted"),
    streaming: () => {},
    chunk: () => {},
  });
}

/** A session that another process (or an earlier run) opened: its root is taken as told there. */
export function resume(id: string, options: ResumeOptions = {}): Session {
  const memory = remember(usableId(id));
  describe(memory, options);
  if (options.sampled !== undefined && memory.root === undefined) {
    const flags = options.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    memory.root = { ...derivedRoot(memory, flags), isRemote: true };
  }
  const { turn, agentRun } = options;
  if (turn?.index !== undefined) memory.nextTurn = Math.max(memory.nextTurn, turn.index + 1);
  const carried = { ...known(memory), turn, agentRun };
  const { parent } = options;
  const step = parent === undefined ? undefined : remoteStep(memory, parent, carried);
  return new Session(memory, { ...carried, step });
}

/** As it is described now; another call may describe it otherwise while this handle lives. */
function known(memory: SessionMemory): Pick<Carried, "agent" | "channel" | "conversationId"> {
  const { agent, channel, conversationId } = memory;
  return { agent, channel, conversationId };
}

function describe(memory: SessionMemory, options: SessionOptions | ResumeOptions): void {
  memory.agent = options.agent ?? memory.agent;
  memory.channel = options.channel ?? memory.channel;
  memory.conversationId = options.conversationId ?? memory.conversationId;
  memory.traces = options.traces ?? memory.traces;
}

/** Never throws: an id that can't be used becomes its own hash, the same one every time. */
function usableId(id: unknown): string {
  const reading = parseSessionId(id, "application");
  if (!("fault" in reading)) return reading.id;
  count(
    "replacedIds",
    () =>
      `a session id of the application is ${reading.fault.replaceAll("_", " ")} and was replaced by ` +
      `${reading.id ?? "a new one"}: ids are 1 to 200 bytes of UTF-8 without control characters`,
  );
  return reading.id ?? crypto.randomUUID();
}

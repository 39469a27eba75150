import type { Attributes } from "@opentelemetry/api";
import { attr } from "@throughline/core";

import { sessionKey } from "./settings.ts";
import type { SessionMemory } from "./session/memory.ts";
import type { Step } from "./step/step.ts";
import type { Trace } from "./trace/trace.ts";

export interface Channel {
  /** slack, discord, websocket, http, cli, queue ... */
  readonly type: string;
  readonly id?: string | undefined;
}

export interface TurnIds {
  readonly id: string;
  /** From 0, within the session. Absent when a carrier brought the id alone. */
  readonly index?: number | undefined;
}

export interface AgentRun {
  readonly name?: string | undefined;
  readonly runId: string;
  readonly parentRunId?: string | undefined;
}

/**
 * Whose work this is. It stands in the OTel Context under one key, so that whatever context manager the host registered
 * carries it; there is no other place in the process that knows a current session.
 */
export interface Identity {
  readonly sessionId: string;
  readonly session: SessionMemory | undefined;
  readonly channel: Channel | undefined;
  /** Whose work it is among the agents of the session. */
  readonly agent: string | undefined;
  readonly turn: TurnIds | undefined;
  readonly agentRun: AgentRun | undefined;
  /** Only ever a real one, of the provider or the application. */
  readonly conversationId: string | undefined;
  /** The Throughline step the work stands in; none directly under the session. */
  readonly step: Step | undefined;
}

/** What every span and log record below this identity carries. */
export function identityAttributes(identity: Identity, signal: "span" | "log"): Attributes {
  const attributes: Attributes = {};
  writeIdentity(attributes, identity, signal);
  return attributes;
}

export function writeIdentity(
  attributes: Attributes,
  identity: Identity,
  signal: "span" | "log",
): void {
  const { turn, agentRun, channel } = identity;
  attributes[sessionKey(signal)] = identity.sessionId;
  if (turn !== undefined) {
    attributes[attr.turnId] = turn.id;
    if (turn.index !== undefined) attributes[attr.turnIndex] = turn.index;
  }
  if (agentRun !== undefined) {
    if (agentRun.name !== undefined) attributes[attr.genAiAgentName] = agentRun.name;
    attributes[attr.agentRunId] = agentRun.runId;
    if (agentRun.parentRunId !== undefined) {
      attributes[attr.agentParentRunId] = agentRun.parentRunId;
    }
  }
  if (signal === "log" && channel !== undefined) {
    attributes[attr.channelType] = channel.type;
    if (channel.id !== undefined) attributes[attr.channelId] = channel.id;
  }
}

/** A span's session as it was settled when the span started. */
export interface Stamp {
  readonly sessionId: string;
  /** The trace of ours that a span counts toward. */
  readonly trace: Trace | undefined;
  /** Not a step of ours, which counts itself. */
  readonly foreign: boolean;
}

/** On the record itself: a WeakMap entry a span costs more, in the garbage collector, than all of our attributes. */
const stampKey = Symbol("throughline.stamp");

interface Stamped {
  [stampKey]?: Stamp;
}

export function stamp(record: object, value: Stamp): void {
  const stamped: Stamped = record;
  if (Object.isExtensible(record)) stamped[stampKey] = value;
}

export function stampOf(record: object): Stamp | undefined {
  const stamped: Stamped = record;
  return stamped[stampKey];
}

/**
 * The session that this SDK settled for a span (or log record) when it came to be, whatever anyone wrote on it since.
 * Undefined for records that belong to no session, and for those whose session the host itself wrote.
 */
export function sessionOfSpan(readable: object): string | undefined {
  return stampOf(readable)?.sessionId;
}

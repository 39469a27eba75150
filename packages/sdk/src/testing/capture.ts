import { attr, type StepKind } from "@throughline/core";
import type { LogRecord, SpanRecord, TelemetryRecord } from "@throughline/core/record";

import { forgetUnfinished } from "../plugins/unfinished.ts";
import { forgetSessions } from "../session/memory.ts";
import { sessionKey } from "../settings.ts";
import { expectContract, type Expectations } from "./expect-contract.ts";
import { Memory } from "./memory.ts";
import { isListening, listen } from "./listening.ts";

/** Records, and the usual questions about them. */
export class Telemetry {
  readonly #read: () => readonly TelemetryRecord[];

  constructor(read: () => readonly TelemetryRecord[]) {
    this.#read = read;
  }

  /** What has ended or was logged so far. */
  get records(): readonly TelemetryRecord[] {
    return this.#read();
  }

  get spans(): readonly SpanRecord[] {
    return this.records.filter((record) => record.kind === "span");
  }

  get logs(): readonly LogRecord[] {
    return this.records.filter((record) => record.kind === "log");
  }

  /** The spans that are steps of this kind: `steps("tool")`. */
  steps(kind: StepKind): readonly SpanRecord[] {
    return this.spans.filter(({ attributes }) => attributes[attr.step] === kind);
  }
}

/** What carries one session's id. */
export class SessionTelemetry extends Telemetry {
  readonly id: string;

  constructor(id: string, read: () => readonly TelemetryRecord[]) {
    super(() => read().filter((record) => sessionIdOf(record) === id));
    this.id = id;
  }
}

/** What the process tells while it listens. */
export class Capture extends Telemetry implements Disposable {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    super(() => memory.records());
    this.#memory = memory;
  }

  /** The sessions that were told of, in the order in which they were. */
  get sessions(): readonly SessionTelemetry[] {
    const ids = new Set(this.records.flatMap((record) => sessionIdOf(record) ?? []));
    return [...ids].map((id) => this.session(id));
  }

  session(id: string): SessionTelemetry {
    return new SessionTelemetry(id, () => this.records);
  }

  /** Throws unless all that was told keeps the contract, with each finding and what to do about it. */
  async expectContract(expectations: Expectations = {}): Promise<void> {
    // Unfinished work is announced when the event loop gets its turn.
    await new Promise((looped) => setImmediate(looped));
    expectContract(this.records, expectations);
  }

  /** Begins anew. */
  clear(): void {
    this.#memory.clear();
    beginAnew();
  }

  /** Listens no more; what was heard stays. */
  stop(): void {
    if (isListening(this.#memory)) listen(undefined);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}

/** Keeps in memory what reaches the processors from now on; whoever captured before hears no more. */
export function listenAnew(): Capture {
  beginAnew();
  const memory = new Memory();
  listen(memory);
  return new Capture(memory);
}

/** Nothing of one test is told in the next. */
function beginAnew(): void {
  forgetSessions();
  forgetUnfinished();
}

function sessionIdOf({ attributes, kind }: TelemetryRecord): string | undefined {
  const id = attributes[sessionKey(kind)];
  return typeof id === "string" ? id : undefined;
}

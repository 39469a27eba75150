import { parseSessionId } from "@throughline/core";
import type { Receipt, SessionWriter, Signal } from "@throughline/store";

import { Refusal } from "../refusal/refusal.ts";
import type { Format } from "./answer.ts";
import type { Intake } from "./intake.ts";
import type { ReceiveLimits } from "./limits.ts";
import type { ReceiveMeasures } from "./measures.ts";

/** What both protocols share: one memory, one writer, one set of counters. */
export interface Receiver {
  readonly intake: Intake;
  readonly limits: ReceiveLimits;
  readonly measures: ReceiveMeasures;
  /** True once the server is stopping: nothing new is begun. */
  closing(): boolean;
  /** Hands the body over to the store; resolves once what it accepted is durable. */
  deliver(
    signal: Signal,
    format: Format,
    body: Uint8Array<ArrayBuffer>,
    door: string | undefined,
  ): Promise<Receipt>;
}

export interface ReceiverOptions {
  readonly writer: SessionWriter;
  readonly intake: Intake;
  readonly limits: ReceiveLimits;
  readonly measures: ReceiveMeasures;
  readonly stopping: AbortSignal;
}

export function createReceiver(options: ReceiverOptions): Receiver {
  const { writer, intake, limits, measures, stopping } = options;
  return {
    intake,
    limits,
    measures,
    closing: () => stopping.aborted,
    async deliver(signal, format, body, door) {
      const began = performance.now();
      const delivery = { signal, body, ...(door !== undefined && { door }) };
      const receipt = await writer.append(delivery);
      measures.kept(signal, receipt, (performance.now() - began) / 1_000);
      return receipt;
    },
  };
}

/** The session of a `/run/{id}` door or of the `throughline-session` metadata, percent-encoded in both. */
export function readDoor(encoded: string): string {
  let id: string;
  try {
    id = decodeURIComponent(encoded);
  } catch {
    throw new Refusal("bad_session_id", "Its percent-encoding is broken.");
  }
  const reading = parseSessionId(id, "carrier");
  if (reading.id === undefined) {
    throw new Refusal("bad_session_id", `(${reading.fault.replaceAll("_", " ")})`);
  }
  return reading.id;
}

import { parseSessionId } from "@throughline/core";
import { OtlpError } from "@throughline/core/otlp";
import { readSessionSegment } from "@throughline/core/session";
import {
  StoreRefusal,
  type Receipt,
  type RefusalKind,
  type SessionWriter,
  type Signal,
} from "@throughline/store";

import type { RefusalCode } from "../refusal/catalogue.ts";
import { Refusal } from "../refusal/refusal.ts";
import type { Format } from "./answer.ts";
import type { Intake } from "./intake.ts";
import { readJsonRequest, type JsonRequest } from "./json-request.ts";
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
      const receipt = await append(writer, signal, format, body, door).catch((error: unknown) => {
        throw inOurWords(error);
      });
      measures.kept(signal, receipt, (performance.now() - began) / 1_000);
      return receipt;
    },
  };
}

async function append(
  writer: SessionWriter,
  signal: Signal,
  format: Format,
  sent: Uint8Array<ArrayBuffer>,
  door: string | undefined,
): Promise<Receipt> {
  const { body, rejected, reason } =
    format === "json" ? readJsonRequest(signal, sent) : asSent(sent);
  const receipt = await writer.append({ signal, body, ...(door !== undefined && { door }) });
  return {
    ...receipt,
    rejected: receipt.rejected + rejected,
    reason: [receipt.reason, reason].filter((each) => each !== "").join("; "),
  };
}

const refusalOf: Readonly<Record<RefusalKind, RefusalCode>> = {
  busy: "busy",
  "bad-data": "bad_data",
  "too-large": "too_large",
  "disk-full": "disk_full",
  closing: "closing",
  failed: "store_failed",
};

/** What the codec and the store refuse, in the words of this house. */
function inOurWords(error: unknown): unknown {
  if (error instanceof OtlpError) return new Refusal("bad_data", `It says: ${error.message}.`);
  if (!(error instanceof StoreRefusal)) return error;
  const { kind, message, retryAfterSeconds } = error;
  return new Refusal(refusalOf[kind], `The store says: ${message}`, {
    retryAfter: retryAfterSeconds,
  });
}

function asSent(body: Uint8Array<ArrayBuffer>): JsonRequest {
  return { body, rejected: 0, reason: "" };
}

/** The session of a `/run/{id}` door or of the `throughline-session` metadata, percent-encoded in both. */
export function readDoor(encoded: string): string {
  const id = readSessionSegment(encoded);
  if (id === undefined) throw new Refusal("bad_session_id", "Its percent-encoding is broken.");
  const reading = parseSessionId(id, "carrier");
  if (reading.id === undefined) {
    throw new Refusal("bad_session_id", `(${reading.fault.replaceAll("_", " ")})`);
  }
  return reading.id;
}

/** What Tempo answers for a trace by id, version 2, in protobuf. */
export interface TraceAnswer {
  /** As an export request of OTLP has it. */
  readonly trace: Uint8Array<ArrayBuffer>;
  readonly partial: boolean;
  readonly message: string;
}

const TRACE = 1;
const STATUS = 3;
const MESSAGE = 4;
const VARINT = 0;
const BYTES = 2;

export function traceAnswer(body: Uint8Array<ArrayBuffer>): TraceAnswer {
  let trace: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let partial = false;
  let message = "";
  for (let at = 0; at < body.length;) {
    const [tag, afterTag] = varint(body, at);
    const [value, afterValue] = varint(body, afterTag);
    at = afterValue;
    const type = tag & 7;
    if (type === VARINT && tag >>> 3 === STATUS) partial = value !== 0;
    if (type !== VARINT && type !== BYTES) break;
    if (type !== BYTES) continue;
    const bytes = body.subarray(at, at + value);
    at += value;
    if (tag >>> 3 === TRACE) trace = bytes;
    if (tag >>> 3 === MESSAGE) message = new TextDecoder().decode(bytes);
  }
  return { trace, partial, message };
}

/** Lengths and tags fit 32 bits here; more digits than that end in nonsense, and nonsense in an OtlpError. */
function varint(bytes: Uint8Array, from: number): readonly [value: number, after: number] {
  let value = 0;
  for (let at = from, shift = 1; at < bytes.length && shift <= 2 ** 63; at++, shift *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return [value, at + 1];
  }
  return [value, bytes.length];
}

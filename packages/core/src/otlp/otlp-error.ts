/** What is wrong with a payload. `trace-id`, `span-id`, `parent-id` and `attributes` speak of one record, the rest of its bytes. */
export type OtlpErrorCode =
  | "truncated"
  | "varint"
  | "tag"
  | "group"
  | "depth"
  | "attributes"
  | "trace-id"
  | "span-id"
  | "parent-id"
  | "rejections"
  | "json-syntax"
  | "json-type"
  | "json-signal"
  | "json-range"
  | "json-hex"
  | "json-base64"
  | "frame";

const SENTENCES: { readonly [code in OtlpErrorCode]: string } = {
  truncated: "a field runs past the end of its message",
  varint: "a number is longer than protobuf allows",
  tag: "a field has no valid number or wire type",
  group: "a group is not closed, or closed without having been opened",
  depth: "values are nested too deeply",
  attributes: "a record has too many attributes",
  "trace-id": "a trace id must be 16 bytes, not all zero",
  "span-id": "a span id must be 8 bytes, not all zero",
  "parent-id": "a parent span id must be 8 bytes or absent",
  rejections: "more records had to be rejected than one request may hold",
  "json-syntax": "the text is not JSON",
  "json-type": "a JSON value has the wrong type",
  "json-signal": "the object holds neither resourceSpans nor resourceLogs nor resourceMetrics",
  "json-range": "a number is outside the range of its field",
  "json-hex": "an id is not hexadecimal",
  "json-base64": "bytes are not base64",
  frame: "a message of the file is longer than allowed, or cut off",
};

/** A payload that is not OTLP. `offset` counts bytes from the start of what was given; `path` is set for JSON instead. */
export class OtlpError extends Error {
  override readonly name = "OtlpError";
  readonly code: OtlpErrorCode;
  readonly offset: number;
  readonly path: string;

  constructor(code: OtlpErrorCode, offset: number, path = "") {
    // Strangers cause these by the thousand; a stack through the decoder costs 8 of its 11 µs and says nothing to anyone.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`${SENTENCES[code]} (${path === "" ? `byte ${offset}` : path})`);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.offset = offset;
    this.path = path;
  }
}

/** What a code says, for the sender of a record that was left out. */
export function sayOtlpError(code: OtlpErrorCode): string {
  return SENTENCES[code];
}

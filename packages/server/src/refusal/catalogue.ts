/**
 * Everything this server can refuse, once: the code clients match on, what happened, and what to do about it.
 * docs/errors.md shows the same table, and a test keeps the two equal.
 */
export interface CatalogueEntry {
  /** HTTP status; absent for what is refused before anything listens. */
  readonly http?: number;
  /** gRPC status code, for what can happen on the OTLP doors. */
  readonly grpc?: number;
  /** Seconds after which trying again makes sense. Present means: the same request may succeed later. */
  readonly retryAfter?: number;
  readonly what: string;
  readonly todo: string;
}

export const catalogue = {
  bad_data: {
    http: 400,
    grpc: 3,
    what: "The request body is not valid OTLP.",
    todo: "Check that the exporter speaks OTLP (protobuf or JSON) and that Content-Type and Content-Encoding say what the body is. Sending the same bytes again fails again.",
  },
  bad_push: {
    http: 400,
    what: "The body is not what Loki takes as a push.",
    todo: "Send JSON with a list of streams, or a PushRequest in protobuf compressed with Snappy; OTLP goes to /otlp/v1/logs.",
  },
  bad_session_id: {
    http: 400,
    grpc: 3,
    what: "The session id in the address is not valid.",
    todo: "Use 1 to 200 bytes of UTF-8 without control characters, percent-encoded (and an id of one or two dots only behind %7F, since clients take those out of a path).",
  },
  bad_parameter: {
    http: 400,
    what: "A query parameter can't be used.",
    todo: "The message names the parameter and what it takes.",
  },
  bad_query: {
    http: 400,
    what: "The query can't be run.",
    todo: "The message names the place and what could stand there. docs/query.md lists what TraceQL and LogQL can say here.",
  },
  websocket_only: {
    http: 400,
    what: "This address speaks WebSocket only.",
    todo: "Open it with a WebSocket client; `throughline logs -f` and Grafana do.",
  },
  no_record: {
    http: 404,
    what: "The session has no record of this id.",
    todo: "Record ids stand in /api/v1/sessions/{id}/records as record_id.",
  },
  no_trace: {
    http: 404,
    what: "No trace answers to this id.",
    todo: "A trace id has up to 32 hexadecimal digits; the trace may have been dropped by --retention.",
  },
  unauthorized: {
    http: 401,
    grpc: 16,
    what: "This server asks for its token.",
    todo: "Send the header `Authorization: Bearer TOKEN` (exporters: OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20TOKEN); in a browser, open the page and enter it there.",
  },
  foreign_host: {
    http: 403,
    what: "The Host header names another machine.",
    todo: "Use the address printed at start. If this server is reached by another name, start it with --allow-host NAME.",
  },
  foreign_origin: {
    http: 403,
    what: "The request comes from a web page of another origin.",
    todo: "Only this server's own page may ask from a browser; other programs ask from outside a browser.",
  },
  no_door: {
    http: 404,
    grpc: 12,
    what: "There is nothing at this address.",
    todo: "OTLP goes to /v1/traces, /v1/logs and /v1/metrics; reads start at /api/v1/sessions.",
  },
  no_session: {
    http: 404,
    what: "No session answers to this id.",
    todo: "GET /api/v1/sessions lists the sessions that are kept; an id may have been dropped by --retention.",
  },
  ambiguous_session: {
    http: 409,
    what: "More than one session starts like this.",
    todo: "Give more of the id; the message names the candidates.",
  },
  method_not_allowed: {
    http: 405,
    grpc: 12,
    what: "This address does not take that method.",
    todo: "The Allow header says which it takes.",
  },
  too_large: {
    http: 413,
    grpc: 8,
    what: "The request is larger than this server accepts.",
    todo: "Make the exporter's batches smaller (OTEL_BSP_MAX_EXPORT_BATCH_SIZE, OTEL_BLRP_MAX_EXPORT_BATCH_SIZE).",
  },
  unsupported_type: {
    http: 415,
    what: "The Content-Type is not one this address reads.",
    todo: "Send application/x-protobuf or application/json.",
  },
  unsupported_encoding: {
    http: 415,
    grpc: 12,
    what: "The compression is not one this server reads.",
    todo: "Send the body plain, or compressed with gzip or zstd.",
  },
  busy: {
    http: 429,
    grpc: 14,
    retryAfter: 1,
    what: "More is coming in than can be kept at the moment.",
    todo: "Try again after the time in Retry-After; exporters do so by themselves.",
  },
  disk_full: {
    http: 503,
    grpc: 14,
    retryAfter: 30,
    what: "The disk has no room left, so nothing was kept of this request.",
    todo: "Free space where the data directory is, or lower --max-size or --retention. Reading still works.",
  },
  store_failed: {
    http: 503,
    grpc: 14,
    retryAfter: 5,
    what: "The store failed at this request, so nothing was kept or answered.",
    todo: "The server's output names the cause. Try again later.",
  },
  engine_unreachable: {
    http: 502,
    what: "Tempo or Loki, whose answers this server passes on, does not answer.",
    todo: "Check that the addresses given with --tempo and --loki are right, and that both run.",
  },
  closing: {
    http: 503,
    grpc: 14,
    retryAfter: 5,
    what: "The server is stopping.",
    todo: "Try again once it is up.",
  },
  internal: {
    http: 500,
    grpc: 13,
    what: "The server failed at this request.",
    todo: "Its output names the cause under the same reference. Please report it.",
  },
  port_in_use: {
    what: "The port is taken by another program.",
    todo: "`throughline status` shows whether it is a Throughline; stop it with `throughline down`, or choose other ports with --port and --grpc-port.",
  },
  address_unusable: {
    what: "The server can't listen at this address.",
    todo: "Give --host an address of this machine, and ports above 1023 unless you may use lower ones.",
  },
  open_without_token: {
    what: "Listening beyond this machine without a token is refused: anybody who reaches the port could read and write sessions.",
    todo: "Add --token TOKEN (or THROUGHLINE_TOKEN), or leave --host at 127.0.0.1.",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type RefusalCode = keyof typeof catalogue;

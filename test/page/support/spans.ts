/** Small sessions in OTLP/JSON, as no emitter should send them but one might. */
export const traceId = "5b8efff798038103d269b633813fc60c";

export interface Sent {
  readonly session: string;
  readonly id: number;
  readonly under?: number;
  readonly name?: string;
  readonly step?: string;
  /** Milliseconds since `began`. */
  readonly at?: number;
  readonly took?: number;
  readonly error?: boolean;
  readonly attributes?: Readonly<Record<string, string | number>>;
}

export const spanId = (n: number): string => (n + 1).toString(16).padStart(16, "0");

export function clock(began: number): (ms: number) => string {
  return (ms) => String(BigInt(Math.round(began)) * 1_000_000n + BigInt(Math.round(ms * 1e6)));
}

export function spans(began: number, sent: readonly Sent[]): string {
  const ns = clock(began);
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [text("service.name", "shop")] },
        scopeSpans: [
          {
            scope: { name: "shop" },
            spans: sent.map(
              ({
                at = 0,
                attributes = {},
                error,
                id,
                name = "step",
                session,
                step,
                took = 1,
                under,
              }) => ({
                traceId,
                spanId: spanId(id),
                ...(under !== undefined && { parentSpanId: spanId(under) }),
                name,
                kind: 1,
                startTimeUnixNano: ns(at),
                endTimeUnixNano: ns(at + took),
                status: error === true ? { code: 2, message: "failed" } : {},
                attributes: [
                  text("session.id", session),
                  ...(step === undefined ? [] : [text("throughline.step", step)]),
                  ...Object.entries(attributes).map(([key, value]) => text(key, value)),
                ],
              }),
            ),
          },
        ],
      },
    ],
  });
}

export interface Logged {
  readonly session: string;
  readonly at?: number;
  readonly under?: number;
  readonly body: string;
  readonly event?: string;
  readonly severity?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function logs(began: number, logged: readonly Logged[]): string {
  const ns = clock(began);
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [text("service.name", "shop")] },
        scopeLogs: [
          {
            scope: { name: "shop" },
            logRecords: logged.map(
              ({ at = 0, attributes = {}, body, event, session, severity = 9, under }) => ({
                timeUnixNano: ns(at),
                severityNumber: severity,
                body: { stringValue: body },
                ...(event !== undefined && { eventName: event }),
                ...(under !== undefined && { traceId, spanId: spanId(under) }),
                attributes: [
                  text("session.id", session),
                  ...Object.entries(attributes).map(([key, value]) => text(key, value)),
                ],
              }),
            ),
          },
        ],
      },
    ],
  });
}

function text(key: string, value: string | number): object {
  return {
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  };
}

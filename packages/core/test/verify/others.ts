import { sessionRoot } from "@throughline/core";
import type { Resource } from "@throughline/core/record";

import type { Context, Teller, Work } from "./teller.ts";
import { link, log, resource, span } from "./telemetry.ts";

/** Work handed to another agent, which keeps its own trace if it does not go on in this session. */
export function delegate(
  teller: Teller,
  parent: Work,
  answer: "same session" | "own session" | "rejected",
): void {
  const delegation = teller.below(parent);
  const did = { "throughline.delegation.id": `d-${teller.hex(16)}` };
  teller.event("throughline.delegation.start", delegation, {
    ...delegation.identity,
    ...did,
  });
  const own = `${teller.id}-partner-${teller.hex(16)}`;
  const identity = answer === "same session" ? { "session.id": teller.id } : { "session.id": own };
  const partner = resource("partner-agent");
  const request = span({
    traceId: delegation.traceId,
    spanId: teller.hex(16),
    parentSpanId: delegation.spanId,
    parentIsRemote: true,
    name: "POST /a2a",
    spanKind: "server",
    scope: "@opentelemetry/instrumentation-http",
    resource: partner,
    attributes: identity,
    links: answer === "same session" ? [] : [link(delegation, "delegation")],
    startNs: teller.tick(),
  });
  teller.records.push(request);
  if (answer !== "same session") partnerSession(teller, own, request, partner);
  teller.event(
    answer === "rejected" ? "throughline.delegation.rejected" : "throughline.delegation.end",
    delegation,
    { ...delegation.identity, ...did },
  );
  teller.end(delegation, parent.spanId, {
    step: "delegation",
    subject: "partner",
    outcome: answer === "rejected" ? "error" : "ok",
    attributes: did,
    announced: true,
  });
}

/** The other agent keeps its own trace, and its turn links the request that brought the work. */
function partnerSession(teller: Teller, id: string, request: Context, process: Resource): void {
  const root = sessionRoot(id);
  const startNs = teller.tick();
  const at = { ...root, resource: process };
  teller.records.push(
    log({ ...at, eventName: "session.start", timeNs: startNs, attributes: { "session.id": id } }),
    span({
      ...at,
      name: "session partner",
      attributes: { "session.id": id, "throughline.step": "session" },
      startNs,
    }),
    span({
      ...at,
      spanId: teller.hex(16),
      parentSpanId: root.spanId,
      name: "invoke_agent partner",
      attributes: {
        "session.id": id,
        "throughline.step": "turn",
        "throughline.turn.id": teller.hex(16),
        "throughline.turn.index": 0,
        "throughline.outcome": "ok",
      },
      links: [link(request, "ingress")],
      startNs: teller.tick(),
    }),
    log({
      ...at,
      eventName: "session.end",
      timeNs: teller.tick(),
      attributes: { "session.id": id, "throughline.outcome": "ok" },
    }),
  );
}

/** A service of the same house that takes the session up from baggage, and its database call. */
export function askService(teller: Teller, parent: Work): void {
  const client = teller.foreign(parent, "GET", { "server.address": "orders.svc" });
  const process = resource("orders");
  const shared = {
    traceId: parent.traceId,
    resource: process,
    scope: "http",
    attributes: { "session.id": teller.id },
  };
  const server = span({
    ...shared,
    spanId: teller.hex(16),
    parentSpanId: client.spanId,
    parentIsRemote: true,
    name: "GET /orders",
    spanKind: "server",
    startNs: teller.tick(),
  });
  teller.records.push(
    server,
    span({
      ...shared,
      spanId: teller.hex(16),
      parentSpanId: server.spanId,
      parentIsRemote: false,
      name: "SELECT orders",
      spanKind: "client",
      scope: "pg",
      startNs: teller.tick(),
    }),
  );
}

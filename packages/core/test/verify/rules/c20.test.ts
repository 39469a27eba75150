import { casesOf } from "../rule-cases.ts";
import { home, id, root, stamped, turn } from "../scene.ts";
import { resource, span } from "../telemetry.ts";

const orders = resource("orders");
const client = (attributes: Record<string, string> = {}) =>
  stamped({
    traceId: root.traceId,
    spanId: id("5"),
    parentSpanId: turn.spanId,
    name: "GET",
    spanKind: "client",
    attributes,
  });
const server = {
  traceId: root.traceId,
  spanId: id("6"),
  parentSpanId: id("5"),
  parentIsRemote: true,
  name: "GET /orders",
  spanKind: "server",
  resource: orders,
} as const;

casesOf("C20", {
  breaks: [
    {
      name: "a service that extracts traceparent and not baggage, and all below it",
      records: [
        ...home,
        client(),
        span(server),
        span({
          traceId: root.traceId,
          spanId: id("7"),
          parentSpanId: id("6"),
          name: "SELECT",
          resource: orders,
        }),
      ],
      fault: "missing",
      at: ["GET /orders"],
    },
    {
      name: "sandpiper#1972: a queue's consumer in another process",
      records: [
        ...home,
        { ...client(), spanKind: "producer" },
        span({ ...server, name: "process jobs", spanKind: "consumer" }),
      ],
      fault: "missing",
      at: ["process jobs"],
    },
    {
      name: "an internal host, and one that is trusted by name",
      records: [...home, client({ "server.address": "agents.example.com" }), span(server)],
      options: { trustedHosts: ["agents.example.com"] },
      fault: "missing",
      at: ["GET /orders"],
    },
  ],
  keeps: [
    {
      name: "a server that reads baggage",
      records: [...home, client({ "server.address": "orders.svc" }), stamped(server)],
    },
    {
      name: "a server of somebody else's",
      records: [...home, client({ "server.address": "api.openai.com" }), span(server)],
    },
    {
      name: "a server below a caller without a session",
      records: [
        span({ traceId: "5".repeat(32), spanId: id("5"), name: "GET", spanKind: "client" }),
        span({ ...server, traceId: "5".repeat(32) }),
      ],
    },
  ],
});

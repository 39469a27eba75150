import { ruleCases } from "../support/rule-cases.ts";

ruleCases("no-session-id-as-dimension", {
  reported: {
    "on a resource": {
      code: `
        import { resourceFromAttributes } from "@opentelemetry/resources";
        const resource = resourceFromAttributes({
          "service.name": "agent",
          "session.id": id, // !
        });`,
      says: "dimension",
      suggested: ["remove", `"session.id": id,`, ""],
    },
    "on a resource, by the constant for it": {
      code: `
        import { Resource } from "@opentelemetry/resources";
        import { ATTR_SESSION_ID } from "@opentelemetry/semantic-conventions/incubating";
        new Resource({ [ATTR_SESSION_ID]: id }); // !`,
      says: "dimension",
      suggested: ["remove", `[ATTR_SESSION_ID]: id`, ""],
    },
    "on the resource of start()": {
      code: `
        import { attr } from "@throughline/core";
        import { start } from "@throughline/sdk/start";
        start({ service: "agent", resource: { [attr.sessionId]: id } }); // !`,
      says: "dimension",
      suggested: ["remove", `[attr.sessionId]: id`, ""],
    },
    "on a metric, from attributes that are written elsewhere and spread": {
      code: `
        import { metrics } from "@opentelemetry/api";
        const calls = metrics.getMeter("agent").createCounter("calls");
        const common = { "session.id": id, model }; // !
        calls.add(1, { ...common, tool });
        calls.add(2, common);`,
      says: "dimension",
      suggested: ["remove", `"session.id": id,`, ""],
    },
    "on a metric of a class (qwen-code #4367)": {
      code: `
        export class Metrics {
          constructor(meter) {
            this.duration = meter.createHistogram("duration");
          }
          took(ms, sessionId) {
            this.duration.record(ms, { model: this.model, sessionId }); // !
          }
        }`,
      says: "dimension",
      suggested: ["remove", `, sessionId }`, ` }`],
    },
    "among the labels of a Prometheus metric": {
      code: `
        import client from "prom-client";
        new client.Counter({ name: "calls", help: "", labelNames: ["model", "session_id"] }); // !`,
      says: "dimension",
      suggested: ["remove", `, "session_id"`, ``],
    },
    "among the labels of Loki, in winston": {
      code: `
        import LokiTransport from "winston-loki";
        new LokiTransport({ host, labels: { app: "agent", session_id: id } }); // !`,
      says: "dimension",
      suggested: ["remove", `, session_id: id`, ""],
    },
    "among the labels of Loki, in pino": {
      code: `
        pino.transport({ target: "pino-loki", options: { labels: { session_id: id, app } } }); // !`,
      says: "dimension",
      suggested: ["remove", `session_id: id,`, ""],
    },
    "among the labels of Loki, pushed by hand": {
      code: `
        const body = JSON.stringify({ streams: [{
          stream: { app: "agent", "ameide.session_id": id }, // !
          values: lines,
        }] });`,
      says: "dimension",
      suggested: ["remove", `, "ameide.session_id": id`, ""],
    },
    "in the environment of a process": {
      code: `
        process.env.OTEL_RESOURCE_ATTRIBUTES = \`team=a,session.id=\${id}\`; // !
        spawn("agent", { env: { OTEL_RESOURCE_ATTRIBUTES: "session.id=" + id } }); // !`,
      says: "environment",
    },
  },
  silent: {
    "on spans, logs and events, where it belongs": `
      span.setAttribute("session.id", id);
      tracer.startSpan("chat", { attributes: { "session.id": id } });
      logger.emit({ body: "hello", attributes: { "session.id": id } });
      const common = { "session.id": id };
      span.addEvent("retry", common);`,
    "other attributes in the same places": `
      import { resourceFromAttributes } from "@opentelemetry/resources";
      resourceFromAttributes({ "service.name": "agent", "service.instance.id": id });
      const calls = meter.createCounter("calls");
      calls.add(1, { model, "session.kind": "chat" });
      calls.add(sessionId.length);
      process.env.OTEL_RESOURCE_ATTRIBUTES = "service.namespace=agents";`,
    "what is called alike and is no metric": `
      const sessions = new Map();
      sessions.add(1, { "session.id": id });
      analytics.record("opened", { sessionId });
      const page = { stream: { sessionId } };`,
  },
});

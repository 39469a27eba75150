// The agent that runs in a host of either line. What it recorded goes to stdout, as plain data.
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { health, resume, session } from "@throughline/sdk";
import { Delivery } from "@throughline/sdk/delivery";

import { Collector } from "./collector.mjs";

export const [scenario] = process.argv.slice(2);

/** A framework that knows better what the session is called, while the span lives and again while it ends. */
export const overwriting = {
  onStart() {},
  /** @param {import("@opentelemetry/api").Span} span */
  onEnding: (span) => void span.setAttribute("session.id", "the framework's"),
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** Ours goes last in the host's lists, beside its own exporter. */
const collector = scenario === "delivered" ? await Collector.listening() : undefined;
export const delivery =
  collector && new Delivery({ endpoint: collector.endpoint, exitWithinMs: 0 });

export async function agent({ spans, records, logger, start }) {
  start();
  const host = trace.getTracer("host");
  if (scenario === "sampled") await sampled();
  else if (scenario === "resumed") await resumed();
  else await support(host, logger);
  await delivery?.flush();
  collector?.server.close();
  write(spans, records);
}

async function support(host, logger) {
  await host.startActiveSpan("POST /messages", { kind: 1 }, async (request) => {
    const s = session({ id: "33878ff9-1467-43ef-a692-634a21bbb1bf", agent: "support" });
    await s.turn({ input: "hello" }, async (turn) => {
      await turn.llm({ provider: "openai", model: "gpt-5.4" }, async (call) => {
        host.startActiveSpan("POST api.openai.com", (span) => span.end());
        call.response({ usage: { inputTokens: 3, outputTokens: 4 } });
      });
      await new Promise((looped) => setImmediate(looped));
      logger().emit({ body: "of the host" });
      turn.log.info("of the handle");
      await turn
        .tool({ name: "refund", callId: "c1" }, async () => {
          throw new RangeError("too much");
        })
        .catch(() => {});
      host.startSpan("root of the host", { root: true }).end();
      host.startSpan("out of context", {}, ROOT_CONTEXT).end();
    });
    s.log.warn("outside of a turn");
    s.end();
    request.end();
  });
}

async function sampled() {
  for (let i = 0; i < 30; i++) {
    session({ id: `sampled ${i}`, traces: "turn" }, (s) => {
      s.turn((turn) => turn.action({ name: "one" }, () => {}));
      s.turn((turn) => turn.action({ name: "two" }, () => {}));
    });
  }
}

async function resumed() {
  const s = resume("33878ff9-1467-43ef-a692-634a21bbb1bf");
  s.log.info("before any span");
  s.turn((turn) => turn.action({ name: "one" }, () => {}));
  s.turn((turn) => turn.action({ name: "two" }, () => {}));
}

function write(spans, records) {
  const links = (span) =>
    span.links.map((link) => ({
      why: link.attributes["throughline.link"],
      traceId: link.context.traceId,
      spanId: link.context.spanId,
    }));
  process.stdout.write(
    JSON.stringify({
      spans: spans.getFinishedSpans().map((span) => ({
        name: span.name,
        traceId: span.spanContext().traceId,
        spanId: span.spanContext().spanId,
        traceFlags: span.spanContext().traceFlags,
        parent: span.parentSpanContext?.spanId,
        parentRemote: span.parentSpanContext?.isRemote,
        status: span.status.code,
        attributes: span.attributes,
        links: links(span),
        events: span.events.map((event) => event.name),
      })),
      logs: records.getFinishedLogRecords().map((record) => ({
        event: record.eventName,
        body: record.body,
        traceId: record.spanContext?.traceId,
        spanId: record.spanContext?.spanId,
        attributes: record.attributes,
      })),
      health: health(),
      ...(collector !== undefined && {
        delivered: { ...collector.received, health: delivery?.health() },
      }),
    }),
  );
}

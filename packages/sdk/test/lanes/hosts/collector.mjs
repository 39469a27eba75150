// An OTLP/HTTP endpoint in the host's own process, which keeps what it is sent.
import { createServer } from "node:http";

import { decodeLogs, decodeTraces } from "@throughline/core/otlp";

const sessionOf = ({ attributes }) =>
  attributes.find(({ key }) => key === "session.id")?.value.stringValue;

export class Collector {
  /** @type {{ spans: object[], logs: object[] }} */
  received = { spans: [], logs: [] };
  server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => void parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      if (request.url?.endsWith("/v1/traces")) this.#takeSpans(body);
      else this.#takeLogs(body);
      response.end();
    });
  });

  static async listening() {
    const collector = new Collector();
    await new Promise((listening) =>
      collector.server.listen(0, "127.0.0.1", () => listening(undefined)),
    );
    collector.server.unref();
    return collector;
  }

  get endpoint() {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  #takeSpans(body) {
    for (const { scopeSpans } of decodeTraces(body).resourceSpans) {
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const { name, traceId, spanId } = span;
        this.received.spans.push({ name, traceId, spanId, session: sessionOf(span) });
      }
    }
  }

  #takeLogs(body) {
    for (const { scopeLogs } of decodeLogs(body).resourceLogs) {
      for (const record of scopeLogs.flatMap(({ logRecords }) => logRecords)) {
        const { eventName, traceId, spanId } = record;
        this.received.logs.push({ eventName, traceId, spanId, session: sessionOf(record) });
      }
    }
  }
}

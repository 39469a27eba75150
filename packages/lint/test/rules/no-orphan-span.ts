import { ruleCases } from "../support/rule-cases.ts";

ruleCases("no-orphan-span", {
  reported: {
    "in a listener made in a session": {
      code: `
        import { session } from "@throughline/sdk";
        await session({ id }, (s) => {
          bus.on("row", (row) => {
            const span = tracer.startSpan("row"); // !
            span.end();
          });
        });`
        .replaceAll("bus.on", "globalBus.on")
        .replace("await session", "let globalBus = makeBus();\n        await session"),
      says: "listener",
      suggested: [
        "bind",
        `(row) => {
            const span = tracer.startSpan("row"); // !
            span.end();
          }`,
        `s.bind((row) => {
            const span = tracer.startSpan("row"); // !
            span.end();
          })`,
      ],
    },
    "in a listener made in an active span": {
      code: `
        import { context, trace } from "@opentelemetry/api";
        const tracer = trace.getTracer("reports");
        export function report(socket) {
          return tracer.startActiveSpan("report", (parent) => {
            socket.on("row", () => tracer.startActiveSpan("row", (span) => span.end())); // !
            parent.end();
          });
        }`,
      says: "listener",
      suggested: [
        "bind",
        `() => tracer.startActiveSpan("row", (span) => span.end())`,
        `context.bind(context.active(), () => tracer.startActiveSpan("row", (span) => span.end()))`,
      ],
    },
    "on ROOT_CONTEXT, in a session (qwen-code #4486)": {
      code: `
        import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
        import { session } from "@throughline/sdk";
        const tracer = trace.getTracer("agent");
        await session({ id }, async (s) => {
          const span = tracer.startSpan("compress", {}, ROOT_CONTEXT); // !
        });`,
      says: "root",
    },
    "on ROOT_CONTEXT and active, some callbacks further in": {
      code: `
        import * as otel from "@opentelemetry/api";
        import { action } from "@throughline/sdk";
        await action({ name: "compress" }, () => Promise.all(parts.map((part) =>
          otel.trace.getTracer("a").startActiveSpan(part, {}, otel.ROOT_CONTEXT, work), // !
        )));`,
      says: "root",
    },
  },
  silent: {
    "under what is active, or given": `
      import { context, trace } from "@opentelemetry/api";
      import { session } from "@throughline/sdk";
      const bus = makeBus();
      tracer.startSpan("alone");
      await session({ id }, (s) => {
        tracer.startSpan("here");
        const here = context.active();
        bus.on("row", () => tracer.startSpan("row", {}, here));
        bus.on("row", s.bind(() => tracer.startSpan("row")));
        bus.on("row", context.bind(here, () => tracer.startSpan("row")));
      });`,
    "a listener outside of any span": `
      bus.on("row", () => tracer.startSpan("row"));
      export function listen() { bus.on("row", () => tracer.startSpan("row")); }`,
    "ROOT_CONTEXT where a trace shall begin": `
      import { ROOT_CONTEXT } from "@opentelemetry/api";
      export const begin = () => tracer.startSpan("job", { root: true }, ROOT_CONTEXT);`,
    "another library's way to start spans": `
      import * as Sentry from "@sentry/node";
      import { session } from "@throughline/sdk";
      const bus = makeBus();
      session({ id }, () => bus.on("row", () => Sentry.startSpan({ name: "row" }, work)));`,
  },
});

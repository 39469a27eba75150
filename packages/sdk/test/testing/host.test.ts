import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

/** Stands for a process in which no OpenTelemetry SDK that we know is installed. */
const withoutSdk = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({
    resolve(specifier, context, next) {
      if (/^@opentelemetry\\/(?!api$)/.test(specifier)) throw new Error(specifier + " is not here");
      return next(specifier, context);
    },
  });
`)}`;

const run = (program: string): string =>
  execFileSync(
    process.execPath,
    [
      "--conditions=@throughline/source",
      `--import=${withoutSdk}`,
      "--input-type=module-typescript",
      "-",
    ],
    {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      input: program,
      encoding: "utf8",
      stdio: "pipe",
    },
  );

test("the host's door needs the OpenTelemetry API alone", () => {
  const output = run(`
    import { capture, logRecordProcessor, spanProcessor } from "@throughline/sdk/testing/host";
    const telemetry = capture();
    const span = {
      name: "work",
      kind: 0,
      spanContext: () => ({ traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 }),
      startTime: [1_800_000_000, 0],
      endTime: [1_800_000_001, 0],
      status: { code: 0 },
      attributes: { "session.id": "s1" },
      links: [],
      events: [],
      resource: { attributes: { "service.name": "host" } },
      instrumentationScope: { name: "host" },
      ended: true,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
    spanProcessor.onEnd(span);
    console.log(JSON.stringify(telemetry.sessions.map(({ id, spans }) => [id, spans[0].name])));
    await telemetry.expectContract();
  `);
  expect(output).toBe('[["s1","work"]]\n');
});

test("the other one does not, and says what is missing", () => {
  expect(() => run(`import "@throughline/sdk/testing";`)).toThrow("is not here");
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Lane, pack } from "./lane.ts";

const id = "33878ff9-1467-43ef-a692-634a21bbb1bf";
const derived = { traceId: "4acca441dba8071e51177f7c82fe0d07", spanId: "ebd3f7a223f0f997" };

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly parent?: string;
  readonly parentRemote?: boolean;
  readonly status: number;
  readonly attributes: { readonly [key: string]: unknown };
  readonly links: readonly {
    readonly why: string;
    readonly traceId: string;
    readonly spanId: string;
  }[];
  readonly events: readonly string[];
}
interface Log {
  readonly event?: string;
  readonly body?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: { readonly [key: string]: unknown };
}
interface Recorded {
  readonly spans: readonly Span[];
  readonly logs: readonly Log[];
  readonly health: { readonly [counter: string]: number };
  /** What came in at a collector. */
  readonly delivered?: {
    readonly spans: readonly Delivered[];
    readonly logs: readonly Delivered[];
    readonly health: { readonly sent: { readonly traces: number; readonly logs: number } };
  };
}
interface Delivered {
  readonly name?: string;
  readonly eventName?: string;
  readonly traceId?: string;
  readonly spanId?: string | undefined;
  readonly session?: unknown;
}

let tarballs: readonly string[];
beforeAll(() => {
  tarballs = pack(["core", "sdk"]);
});

const lines = [
  {
    line: "2.x (api 1.9)",
    program: "otel-2.mjs",
    folder: "test/lanes/otel-2",
    api: "1.9.1",
    packages: ["sdk-trace-base", "sdk-logs", "api-logs"],
  },
  {
    line: "3.x (api 1.10)",
    program: "otel-3.mjs",
    folder: ".",
    api: "1.10.0",
    packages: ["sdk-trace", "sdk-logs"],
  },
];

describe.each(lines)("inside a host of the $line line", ({ program, folder, api, packages }) => {
  let lane: Lane;
  beforeAll(() => {
    const names = ["api", "context-async-hooks", "resources", ...packages];
    lane = new Lane(
      tarballs,
      folder,
      names.map((name) => `@opentelemetry/${name}`),
    );
  });
  afterAll(() => lane.remove());
  const runs = new Map<string, Recorded>();
  const run = (scenario: string): Recorded => {
    const recorded = runs.get(scenario) ?? (lane.run(program, [scenario]) as Recorded);
    runs.set(scenario, recorded);
    return recorded;
  };
  const named = ({ spans }: Recorded, name: string): Span => {
    const found = spans.filter((span) => span.name === name);
    expect(found, name).toHaveLength(1);
    return found[0] as Span;
  };

  test("the API is the one of that line, and spans really record", () => {
    expect(lane.version("@opentelemetry/api")).toBe(api);
    expect(run("plain").spans.length).toBeGreaterThanOrEqual(8);
  });

  test("our processors, generator, sampler and exporter guard have the types that the line asks for", () => {
    expect(lane.check(program)).toBe("");
  });

  test("the root has its derived ids, turns and steps stand below it", () => {
    const recorded = run("plain");
    const root = named(recorded, "session support");
    expect(root).toMatchObject({ ...derived, traceFlags: 1 });
    expect(root.parent).toBeUndefined();
    const turn = named(recorded, "invoke_agent support");
    expect(turn).toMatchObject({ traceId: derived.traceId, parent: derived.spanId });
    const call = named(recorded, "chat gpt-5.4");
    expect(call).toMatchObject({ traceId: derived.traceId, parent: turn.spanId });
    expect(named(recorded, "POST api.openai.com").parent).toBe(call.spanId);
    expect(recorded.health["unplacedRoots"]).toBe(0);
  });

  test("everything of the session carries it: steps, the host's spans and logs, the request it came in with", () => {
    const recorded = run("plain");
    for (const span of recorded.spans) {
      const expected = span.name === "out of context" ? undefined : id;
      expect(span.attributes["session.id"], span.name).toBe(expected);
    }
    const turn = named(recorded, "invoke_agent support");
    const foreign = named(recorded, "POST api.openai.com");
    expect(foreign.attributes["throughline.turn.id"]).toBe(turn.attributes["throughline.turn.id"]);
    expect(turn.links.map((link) => link.why)).toEqual(["ingress"]);
    expect(named(recorded, "POST /messages").links).toMatchObject([{ why: "session", ...derived }]);
    expect(named(recorded, "root of the host").links).toMatchObject([
      { why: "session", ...derived },
    ]);
  });

  test("log records carry session, trace and span", () => {
    const recorded = run("plain");
    const turn = named(recorded, "invoke_agent support");
    const at = (body: string): Log | undefined => recorded.logs.find((log) => log.body === body);
    for (const body of ["of the host", "of the handle"]) {
      expect(at(body)).toMatchObject({ traceId: derived.traceId, spanId: turn.spanId });
      expect(at(body)?.attributes).toMatchObject({
        "session.id": id,
        "throughline.turn.index": 0,
      });
    }
    expect(at("outside of a turn")).toMatchObject({
      ...derived,
      attributes: { "session.id": id },
    });
    const events = recorded.logs.map((log) => log.event).filter((event) => event !== undefined);
    expect(events).toEqual([
      "session.start",
      "throughline.span.start",
      "throughline.span.start",
      "session.end",
    ]);
  });

  test("a failure is an ERROR with a type, and its exception is told once", () => {
    const tool = named(run("plain"), "execute_tool refund");
    expect(tool.status).toBe(2);
    expect(tool.events).toEqual(["exception"]);
    expect(tool.attributes).toMatchObject({
      "error.type": "RangeError",
      "throughline.outcome": "error",
    });
  });

  test("an id that a later processor overwrites while the span ends is put back", () => {
    const recorded = run("overwritten");
    for (const span of recorded.spans) {
      const expected = span.name === "out of context" ? "the framework's" : id;
      expect(span.attributes["session.id"], span.name).toBe(expected);
    }
    expect(recorded.health["restoredIds"]).toBe(recorded.spans.length - 1);
  });

  test("our delivery at the end of the host's lists sends what the host's own exporter got", () => {
    const { spans, logs, delivered } = run("delivered");
    const told = spans.map(({ name, traceId, spanId, attributes }) => ({
      name,
      traceId,
      spanId,
      session: attributes["session.id"],
    }));
    expect(told.length).toBeGreaterThanOrEqual(8);
    // A request is sorted by scope.
    const by = ({ spanId = "" }: Delivered, other: Delivered): number =>
      spanId.localeCompare(other.spanId ?? "");
    expect(delivered?.spans.toSorted(by)).toEqual(told.toSorted(by));
    const sessions = delivered?.logs.map(({ spanId, session }) => ({ spanId, session }));
    expect(sessions?.toSorted(by)).toEqual(
      logs
        .map(({ spanId, attributes }) => ({ spanId, session: attributes["session.id"] }))
        .toSorted(by),
    );
    expect(delivered?.health.sent).toEqual({ traces: spans.length, logs: logs.length });
  });

  test("an id generator gives the root its ids as well", () => {
    expect(named(run("ids"), "session support")).toMatchObject(derived);
  });

  test("a resumed session asks the sampler and then stands under the root that another process told", () => {
    const { spans, logs } = run("resumed");
    expect(spans.map((span) => span.name)).not.toContain("session");
    const turns = spans.filter((span) => span.attributes["throughline.step"] === "turn");
    expect(turns).toHaveLength(2);
    for (const turn of turns) {
      expect(turn).toMatchObject({
        traceId: derived.traceId,
        parent: derived.spanId,
        parentRemote: true,
        traceFlags: 1,
      });
    }
    expect(logs.find((log) => log.body === "before any span")).toMatchObject(derived);
  });

  test("a sampler decides on a session once, and all its traces follow", () => {
    const { spans } = run("sampled");
    const spansOf = new Map<unknown, number>();
    for (const { attributes } of spans) {
      spansOf.set(attributes["session.id"], (spansOf.get(attributes["session.id"]) ?? 0) + 1);
    }
    expect([...new Set(spansOf.values())]).toEqual([5]);
    expect(spansOf.size).toBeGreaterThan(3);
    expect(spansOf.size).toBeLessThan(20);
    expect(new Set(spans.map((span) => span.traceId)).size).toBe(spansOf.size * 3);
  });
});

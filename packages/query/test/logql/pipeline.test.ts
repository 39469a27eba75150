import { createLogqlFilter, planLogql, type LogqlLine } from "@throughline/query/logql";
import { describe, expect, test } from "vitest";

import { entry, type LogSketch, NOON, SECOND } from "./records.ts";

function run(stages: string, sketch: LogSketch): LogqlLine | undefined {
  const plan = planLogql(`{service_name="agent"} ${stages}`, {
    startNs: NOON,
    endNs: NOON + SECOND,
  });
  if (plan.kind !== "logs") throw new Error("not a log query");
  return createLogqlFilter(plan)(entry(sketch));
}

/** The line, and the labels that the stages added. */
function shown(
  stages: string,
  body: string,
  sketch: LogSketch = {},
): [line: string, labels: Record<string, string>] | undefined {
  const line = run(stages, { ...sketch, body });
  return line === undefined ? undefined : [line.line, Object.fromEntries(line.parsed)];
}

const call = {
  severity: 17,
  trace: "ab".repeat(16),
  attributes: { "session.id": "s1", tokens: 812, latency: "1.5s", size: "20KB", word: "abc" },
} satisfies LogSketch;

describe("filters", () => {
  test.each([
    ['|= "rate limit"', true],
    ['|= "RATE"', false],
    ['|= "nothing" or "rate"', true],
    ['!= "rate"', false],
    ['!= "x" or "y"', true],
    ['!= "x" or "rate"', false],
    ['|~ "r.te"', true],
    ['|~ "^rate"', false],
    ['|~ "(?i)RATE LIMIT"', true],
    ['|~ "hit.second"', true],
    ['!~ "\\\\d+"', false],
    ['|> "<_>rate <_>"', true],
    ['|> "rate <_>"', false],
    ['|> "tool <_> line"', true],
    ['!> "<_>rate <_>"', false],
    ['| session_id="s1"', true],
    ['| session_id!=""', true],
    ['| session_id="s"', false],
    ['| session_id=~"s."', true],
    ['| session_id=~"s"', false],
    ['| missing=""', true],
    ['| missing!="x"', true],
    ['| missing=~".+"', false],
    ['| trace_id="' + "ab".repeat(16) + '"', true],
    ['| detected_level="error"', true],
    ["| severity_number >= 17", true],
    ["| tokens > 800 and tokens < 900", true],
    ["| tokens = 812", true],
    ["| tokens != 812", false],
    ["| tokens > 1000 or latency > 1s", true],
    ["| latency >= 1500ms", true],
    ["| latency < 1s", false],
    ["| size > 19KB", true],
    ["| size > 20KB", false],
    ["| missing > 1", false],
    // From left to right: (false or true) and false.
    ['| tokens > 1000 or latency > 1s and word="x"', false],
    ['| tokens > 1000 or (latency > 1s and word="abc")', true],
    ['| tokens > 800, word="abc" session_id="s1"', true],
    // As documented: what is no number passes, marked.
    ["| word > 5", true],
    ['| word > 5 | __error__=""', false],
    ['| word > 5 | __error__="LabelFilterErr"', true],
    ["| word > 5 | tokens > 100000", true],
    ["| word > 5 | session_id=`nobody`", false],
  ])("%s is %s", (stages, passes) => {
    const body = "tool failed: rate limit hit\nsecond 42 line";
    expect(run(stages, { ...call, body }) !== undefined).toBe(passes);
  });

  test("selectors look at stream labels alone, and time is half open", () => {
    const at = (query: string, seconds: number) => {
      const plan = planLogql(query, { startNs: NOON, endNs: NOON + SECOND });
      return (
        plan.kind === "logs" &&
        createLogqlFilter(plan)(entry({ ...call, at: seconds })) !== undefined
      );
    };
    expect(at('{service_name="agent"}', 0)).toBe(true);
    expect(at('{service_name="agent"}', 1)).toBe(false);
    expect(at('{service_name="agent"}', -0.1)).toBe(false);
    expect(at('{service_name="agent", session_id="s1"}', 0)).toBe(false);
    expect(at('{service_name=~"ag.*", session_id=""}', 0)).toBe(true);
    expect(at('{service_name!~"ag.*", service_name=~".+"}', 0)).toBe(false);
  });
});

const json = `{"level":"info","n":1.0,"big":12345678901234567890,"null":null,"ok":true,"a b":"x",
  "nested":{"x":{"y":"z"},"list":[1,{"q":"r"}]},"list":["a",{"k":"v"}],"esc":"q\\"\\u00e9","level":"twice"}`;

describe("parsers", () => {
  test.each<[stages: string, body: string, labels: Record<string, string>]>([
    [
      "| json",
      json,
      {
        level: "info",
        n: "1.0",
        big: "12345678901234567890",
        ok: "true",
        a_b: "x",
        nested_x_y: "z",
        esc: 'q"é',
      },
    ],
    ["| json n, level", json, { n: "1.0", level: "info" }],
    [
      '| json first="list[0]", v="list[1].k", deep="nested.x[\\"y\\"]", o="nested.x", l="list", no="list[9].k"',
      json,
      { first: "a", v: "v", deep: "z", o: '{"y":"z"}', l: '["a",{"k":"v"}]', no: "" },
    ],
    [
      "| json",
      "no json",
      { __error__: "JSONParserErr", __error_details__: "the line is no object" },
    ],
    [
      "| json",
      '{"a":"b"',
      { a: "b", __error__: "JSONParserErr", __error_details__: ", is missing" },
    ],
    [
      "| json",
      '{"a":1} x',
      { a: "1", __error__: "JSONParserErr", __error_details__: "something follows the value" },
    ],
    [
      "| json",
      '{"a":"b',
      { __error__: "JSONParserErr", __error_details__: "a string is not closed" },
    ],
    ["| json", "{}", {}],
    [
      "| json",
      '{"session_id":"other","service_name":"x"}',
      { session_id_extracted: "other", service_name_extracted: "x" },
    ],
    [
      "| logfmt",
      'at=info path="/a \\"b\\"" empty= flag a=b=c 1x=y at=twice dotted.key=1',
      { at: "info", path: '/a "b"', _1x: "y", dotted_key: "1" },
    ],
    ["| logfmt --keep-empty", "a=1 flag", { a: "1", flag: "" }],
    ['| logfmt at, p="path"', "at=info path=/x y=z", { at: "info", p: "/x" }],
    [
      "| logfmt --strict",
      "a=1 b=c=d e=2",
      { a: "1", __error__: "LogfmtParserErr", __error_details__: "this is no pair: b=c=d" },
    ],
    ["| regexp `(?P<m>\\w+) (?P<p>/\\S*)( (?P<x>z))?`", "GET /a", { m: "GET", p: "/a" }],
    ["| regexp `(?P<m>zzz)`", "GET /a", {}],
    [
      '| pattern `<ip> - <_> "<m> <u>"<rest>`',
      '1.2.3.4 - me "GET /x" 200',
      { ip: "1.2.3.4", m: "GET", u: "/x", rest: " 200" },
    ],
    ["| pattern `<a> - <b>`", "one two", {}],
    ["| pattern `<a> - <b>|<c>`", "one - two", { a: "one" }],
    ["| pattern `x <a>`", "y z", {}],
    ["| unpack", '{"pod":"p","n":1,"_entry":"the line"}', { pod: "p" }],
    ["| decolorize", "\u001b[31mred\u001b[0m", {}],
    [
      "| line_format `{{.session_id}}` | json",
      "{}",
      { __error__: "JSONParserErr", __error_details__: "the line is no object" },
    ],
  ])("%s of %s", (stages, body, labels) => {
    expect(shown(stages, body, call)?.[1]).toEqual(labels);
  });

  test("lines that parsers and formats change", () => {
    expect(shown("| unpack", '{"_entry":"the line"}')?.[0]).toBe("the line");
    expect(shown("| decolorize", "\u001b[1;31mred\u001b[0m!")?.[0]).toBe("red!");
    expect(
      shown("| json | line_format `{{.a}}-{{.missing}}-{{.session_id}}`", '{"a":"b"}', call)?.[0],
    ).toBe("b--s1");
    expect(shown('| line_format `x` |= "x" != "secret"', "secret")?.[0]).toBe("x");
  });

  test("fields deeper than any line needs are an error, not a crash", () => {
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    expect(shown("| json", deep)?.[1]).toMatchObject({
      __error_details__: "it is nested too deeply",
    });
    expect(shown('| json x="a.a"', deep)?.[1]).toMatchObject({
      __error_details__: "it is nested too deeply",
    });
  });
});

describe("labels", () => {
  test.each<[stages: string, stream: object, metadata: object, parsed: object]>([
    ["", { service_name: "agent" }, { session_id: "s1", detected_level: "unknown", n: "1" }, {}],
    ["| drop session_id, detected_level", { service_name: "agent" }, { n: "1" }, {}],
    [
      '| drop session_id="other", n=~"[0-9]"',
      { service_name: "agent" },
      { session_id: "s1", detected_level: "unknown" },
      {},
    ],
    ["| keep n", {}, { n: "1" }, {}],
    ['| json | keep n, x="y"', {}, { n: "1" }, { x: "y" }],
    ["| json | keep nothing | drop __error__", {}, {}, {}],
    [
      "| label_format s=session_id",
      { service_name: "agent" },
      { detected_level: "unknown", n: "1" },
      { s: "s1" },
    ],
    [
      "| label_format n=`{{add .n 1}}`, service_name=`x`",
      {},
      { session_id: "s1", detected_level: "unknown" },
      { n: "2", service_name: "x" },
    ],
    [
      "| label_format a=missing",
      { service_name: "agent" },
      { session_id: "s1", detected_level: "unknown", n: "1" },
      {},
    ],
    [
      "| json | label_format x=``",
      { service_name: "agent" },
      { session_id: "s1", detected_level: "unknown", n: "1" },
      { x: "" },
    ],
  ])("%s", (stages, stream, metadata, parsed) => {
    const line = run(stages, { body: '{"x":"y"}', attributes: { "session.id": "s1", n: 1 } });
    expect(Object.fromEntries(line?.stream ?? [])).toEqual(stream);
    expect(Object.fromEntries(line?.metadata ?? [])).toEqual(metadata);
    expect(Object.fromEntries(line?.parsed ?? [])).toEqual(parsed);
  });
});

import { planTraceql, spanTest } from "@throughline/query/traceql";
import { describe, expect, test } from "vitest";

import { NOON, SECOND, span, type SpanSketch } from "./spans.ts";

function matches(query: string, sketch: SpanSketch): boolean {
  const plan = planTraceql(query, { startNs: NOON, endNs: NOON + SECOND });
  const [filter] = plan.kind === "search" ? plan.query.body.stages : [];
  if (filter?.kind !== "filter") throw new Error("no filter");
  return spanTest(filter)(span(sketch));
}

const refund: SpanSketch = {
  id: "ab",
  parent: "1",
  name: "execute_tool refund",
  service: "support",
  kind: "client",
  status: "error",
  message: "rate limit",
  seconds: 1.5,
  attributes: {
    "session.id": "s1",
    tokens: 812,
    share: 0.25,
    cached: true,
    fresh: false,
    text: "200",
    tags: ["a", "b"],
    sizes: [1, 5],
    big: 2n ** 60n,
    both: "span",
    empty: "",
    nothing: null,
  },
  resource: { both: "resource", region: "eu" },
  events: [
    { name: "exception", attributes: { "exception.type": "TimeoutError", n: 1 } },
    { name: "retry", attributes: { n: 2 } },
  ],
  links: [{ trace: "beef", span: "7" }],
};

describe("a filter on one span", () => {
  test.each([
    ["{ }", true],
    ["{ true }", true],
    ["{ false }", false],
    ['{ span.session.id = "s1" }', true],
    ['{ .session.id = "s1" }', true],
    ['{ resource.session.id = "s1" }', false],
    ['{ .both = "span" }', true],
    ['{ resource.both = "resource" }', true],
    ['{ .region = "eu" }', true],
    ['{ span.region = "eu" }', false],
    ['{ name = "execute_tool refund" }', true],
    ['{ name =~ "refund" }', false],
    ['{ name =~ ".*refund" }', true],
    ['{ name =~ "(?i).*REFUND" }', true],
    ['{ name !~ "chat.*" }', true],
    ['{ name =~ "chat|execute_tool refund" }', true],
    ['{ name > "exec" && name < "f" }', true],
    ["{ status = error }", true],
    ["{ status != ok && kind = client }", true],
    ["{ span:statusMessage = `rate limit` }", true],
    ["{ duration > 1s && duration < 2s }", true],
    ["{ duration = 1500ms }", true],
    ["{ duration > 1000000000 }", true],
    ["{ span.tokens > 800 }", true],
    ["{ span.tokens = 812.0 }", true],
    ["{ span.tokens + 188 = 1000 }", true],
    ["{ span.tokens * span.share = 203 }", true],
    // Whole numbers divide to whole numbers.
    ["{ span.tokens / 800 = 1 && -3 / 2 = -1 && 3 / 2.0 = 1.5 }", true],
    ["{ -span.tokens < 0 }", true],
    ["{ span.tokens % 2 = 0 && 2 ^ 3 = 8 && 2 ^ 3 ^ 0 = 2 }", true],
    ["{ span.big > 1152921504606846975 }", true],
    ["{ span.big = 1152921504606846976 }", true],
    ["{ span.cached }", true],
    ["{ !span.cached }", false],
    ["{ !span.fresh }", true],
    ["{ !span.missing }", false],
    ["{ span.missing || span.cached }", true],
    // Values of other kinds are neither equal nor unequal.
    ["{ span.text = 200 }", false],
    ["{ span.text != 200 }", false],
    ['{ span.text >= "200" }', true],
    ['{ span.missing != "x" }', false],
    ['{ !(span.missing = "x") }', true],
    ['{ span.status = "error" || span.text = error }', false],
    // Precedence: || and && from left to right.
    ["{ true || true && false }", false],
    ["{ true || (true && false) }", true],
    // Existence.
    ["{ span.tokens != nil }", true],
    ["{ span.missing != nil }", false],
    ["{ span.missing = nil }", true],
    ["{ span.nothing = nil }", true],
    ["{ span.empty != nil }", true],
    ["{ nil != duration }", true],
    ["{ event.missing = nil }", true],
    ["{ event.exception.type = nil }", false],
    // Arrays: equal to any element, unequal to all.
    ['{ span.tags = "a" }', true],
    ['{ span.tags != "a" }', false],
    ['{ span.tags != "z" }', true],
    ['{ span.tags =~ "a.*" }', true],
    ['{ span.tags !~ "a.*" }', false],
    ['{ span.tags !~ "z.*" }', true],
    ["{ span.sizes > 4 }", true],
    // Events and links: one of them suffices.
    ['{ event:name = "retry" }', true],
    ['{ event.exception.type = "TimeoutError" && event.n = 2 }', true],
    ["{ event.n > 2 }", false],
    ['{ event:name != "retry" }', true],
    ['{ link:traceID = "beef" }', true],
    ['{ link:spanID = "0000000000000007" }', true],
    ['{ span:id = "AB" }', true],
    ['{ span:parentID = "0000000000000001" }', true],
    ['{ trace:id = "1" }', true],
    ['{ instrumentation:name =~ "@throughline/.*" && instrumentation.language = "js" }', true],
    ["{ nestedSetParent < 0 }", false],
    ["{ event:timeSinceStart >= 0ns }", true],
  ])("%s is %s", (query, expected) => {
    expect(matches(query, refund)).toBe(expected);
  });

  test("where there are no events, none of them lacks anything", () => {
    expect(matches("{ event.missing = nil }", {})).toBe(false);
    expect(matches("{ event.missing != nil }", {})).toBe(false);
  });

  test("keys from strangers are keys", () => {
    expect(matches("{ span.__proto__ != nil }", {})).toBe(false);
    expect(matches("{ span.constructor != nil }", {})).toBe(false);
    expect(
      matches('{ span.__proto__ = "x" }', { attributes: JSON.parse('{"__proto__":"x"}') }),
    ).toBe(true);
  });

  test("a root knows that it is one without its trace", () => {
    expect(matches("{ nestedSetParent < 0 }", { parent: "" })).toBe(true);
  });
});

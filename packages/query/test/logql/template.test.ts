import { createLogqlFilter, planLogql } from "@throughline/query/logql";
import { describe, expect, test } from "vitest";

import { entry, NOON, SECOND } from "./records.ts";

function render(
  template: string,
  labels: Record<string, string> = {},
): readonly [string, string | undefined] {
  const query = `{service_name="agent"} | line_format \`${template}\``;
  const plan = planLogql(query, { startNs: NOON, endNs: NOON + SECOND });
  if (plan.kind !== "logs") throw new Error("not a log query");
  const line = createLogqlFilter(plan)(entry({ body: "the line", attributes: labels }));
  return [line?.line ?? "", line?.parsed.get("__error_details__")];
}

describe("templates, by the examples of the documentation and their like", () => {
  test.each([
    ["plain", "plain"],
    ["{{.path}} {{ .missing }}|", "/a b/C |"],
    ['{{ .path | replace " " "_" | trunc 5 | upper }}', "/A_B/"],
    ["a {{- .n -}} b", "a42b"],
    ["a{{/* a comment */}}b", "ab"],
    ["{{ __line__ | upper }}", "THE LINE"],
    [
      "{{ __timestamp__ | unixEpoch }} {{ __timestamp__ | unixEpochMillis }}",
      "1795176000 1795176000000",
    ],
    ["{{ __timestamp__ }}", "2026-11-20 12:00:00 +0000 UTC"],
    ["{{div .n 5}} {{mod .n 5}} {{add 3 2 5}} {{sub 5 2}} {{mul 5 2 3}}", "8 2 10 3 30"],
    ["{{addf 3.5 2 5}} {{subf 5.5 2 1.5}} {{mulf 5.5 2 2.5}} {{divf 10 2 4}}", "10.5 2 27.5 1.25"],
    ["{{max 1 2 3}} {{min 1 2 3}} {{maxf 1 2.5}} {{minf 1 2.5 0.5}}", "3 1 2.5 0.5"],
    [
      "{{ceil 123.001}} {{floor 123.9}} {{round 123.555555 3}} {{round 123.88571428571 5 .2}}",
      "124 123 123.556 123.88572",
    ],
    ['{{ "3" | int }} {{ "3.5" | float64 }} {{ int "x" }}', "3 3.5 0"],
    ["{{if eq .n `42`}}yes{{else}}no{{end}}".replaceAll("`", '"'), "yes"],
    ['{{ if contains "x" .path }}1{{else if hasPrefix "/a" .path }}2{{else}}3{{end}}', "2"],
    ['{{ if and (contains "he" "hello") (hasSuffix "llo" "hello") }} yes {{end}}', " yes "],
    ["{{ if or .missing (not .missing) }}y{{end}}{{ if .missing }}n{{end}}", "y"],
    ['{{ default "-" .missing }}{{ .n | default "-" }}', "-42"],
    [
      '{{ if gt 10 9 }}a{{end}}{{ if lt "10" "9" }}b{{end}}{{ if ge 2 2 }}c{{end}}{{ if ne 1 1 }}d{{end}}',
      "abc",
    ],
    ['{{ alignLeft 5 "hello world"}}|{{ alignLeft 5 "hi"}}|', "hello|hi   |"],
    ['{{ alignRight 5 "hello world"}}|{{ alignRight 5 "hi"}}|', "world|   hi|"],
    ['{{ trunc 5 "hello world"}} {{ trunc -5 "hello world"}}', "hello world"],
    [
      '{{ substr 0 5 "hello world"}} {{ substr 6 11 "hello world"}} {{ substr -1 2 "hello" }}',
      "hello world he",
    ],
    [
      '{{ trimAll "$" "$5.00" }} {{ trimPrefix "-" "-hello" }} {{ trimSuffix "-" "hello-" }} {{ trim "  x " }}',
      "5.00 hello hello x",
    ],
    ['{{ title "hello world" }} {{ repeat 3 "ab" }} {{ len "é" }}', "Hello World ababab 2"],
    ['{{ indent 2 "a" }}{{ nindent 2 "b" }}', "  a\n  b"],
    [
      '{{ printf "%s|%5s|%-5s|%05.1f|%d|%q|%x|%%|%v" "a" "b" "c" 1.25 7.9 "q" 255 .n }}',
      'a|    b|c    |001.3|7|"q"|ff|%|42',
    ],
    ['{{ regexReplaceAll "(a*)bc" "aabcbc" "${1}x" }}', "aaxx"],
    ['{{ regexReplaceAllLiteral "(ts=)" "ts=1" "$1" }}', "$11"],
    ['{{ count "a|b" "abab" }}', "4"],
    [
      '{{ b64enc "é" }} {{ b64dec "w6k=" }} {{ urlencode "a b&" }} {{ urldecode "a+b%26" }}',
      "w6k= é a+b%26 a b&",
    ],
    ['{{ duration "1m30s" }} {{ "2ms" | duration_seconds }} {{ bytes "5KB" }}', "90 0.002 5000"],
    ['{{ ToUpper "a" }}{{ Replace "aaa" "a" "b" 2 }}{{ TrimPrefix "xa" "x" }}', "Abbaa"],
    ["{{ (add 1 2) | mul 2 }}", "6"],
  ])("%s", (template, expected) => {
    expect(render(template, { path: "/a b/C", n: "42" })).toEqual([expected, undefined]);
  });
});

describe("a template that can't be followed marks the line and leaves it", () => {
  test.each([
    ["{{ div 1 0 }}", "division by zero"],
    ["{{ duration .n }}", "this is no duration"],
    ["{{ b64dec .n }}{{ urldecode `%zz` }}".replaceAll("`", '"'), "this can't be decoded"],
    ['{{ repeat 1000000 "ab" }}', "the result is too long"],
    ['{{ repeat 1000 (repeat 1000 (repeat 1000 "ab")) }}', "the result is too long"],
    ['{{ replace "" (repeat 100000 "x") "aaaaaaaaaaaaaaaaaaaa" }}', "the result is too long"],
    ['{{ regexReplaceAll "" (repeat 1000000 "a") "bbbbbbbbbb" }}', "the result is too long"],
    ['{{ printf "%999999s%999999s" "a" "b" }}', "the result is too long"],
    ["{{ indent 2000000 .n }}", "the result is too long"],
    ["{{ count .broken .n }}", "no regular expression: missing closing ): `(`"],
    ["{{ unixEpoch .n }}", "this is no time"],
  ])("%s", (template, details) => {
    expect(render(template, { n: "x", broken: "(" })).toEqual(["the line", details]);
  });
});

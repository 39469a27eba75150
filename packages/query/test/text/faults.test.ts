import { InvalidQueryError, QueryError, sayFault } from "@throughline/query";
import { parseLogql, parseSelector } from "@throughline/query/logql";
import { parseTraceql, parseTraceqlField, printField } from "@throughline/query/traceql";
import { expect, test } from "vitest";

function faultOf(read: () => unknown): QueryError {
  try {
    read();
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

test("a fault is plain data in one shape, and one sentence", () => {
  const error = faultOf(() => parseTraceql("{ .a = 1 &&\n  .b = }"));
  expect(error).toBeInstanceOf(InvalidQueryError);
  expect(error.fault).toEqual({
    kind: "invalid",
    message: "unexpected }",
    line: 2,
    column: 8,
    expected: ["an attribute", "an intrinsic", "a value", "("],
  });
  expect(structuredClone(error.fault)).toEqual(error.fault);
  expect(error.message).toBe(sayFault(error.fault));
  expect(error.message).toBe(
    "line 2, column 8: unexpected }, expected an attribute, an intrinsic, a value or (",
  );
});

test("what is wrong inside a string is said at its stage, with the place inside", () => {
  const error = faultOf(() => parseLogql('{a="b"} | line_format "{{.a | nonsense}}"'));
  expect(error.message).toBe(
    "line 1, column 9: in the template, character 8: there is no function nonsense",
  );
  expect(error.fault).not.toHaveProperty("expected");
});

test("columns count characters, not their halves", () => {
  expect(faultOf(() => parseTraceql('{ .𝒳 = "𝒳" ? }')).fault.column).toBe(12);
});

test("parts of queries can be read alone", () => {
  expect(printField(parseTraceqlField('span."a b"'))).toBe('span."a b"');
  expect(parseTraceqlField("resource.service.name")).toEqual({
    kind: "attribute",
    scope: "resource",
    name: "service.name",
  });
  expect(() => parseTraceqlField("1")).toThrow("expected an attribute or an intrinsic");
  expect(() => parseTraceqlField(".a .b")).toThrow("expected the end");
  expect(parseSelector("{}")).toEqual([]);
  expect(parseSelector('{a="b", c!~"d"}')).toHaveLength(2);
  expect(() => parseSelector('{a="b"} | json')).toThrow("expected the end");
});

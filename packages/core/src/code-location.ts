export interface CodeLocation {
  readonly file: string;
  readonly line: number | null;
  readonly function: string | null;
}

type Attributes = { readonly [key: string]: unknown };

/** Where a record's emitter stands in the code, by the current and the older names of the code.* conventions. */
export function codeLocation(attributes: Attributes): CodeLocation | null {
  const file = text(attributes, "code.file.path", "code.filepath");
  if (file === undefined) return null;
  const line = attributes["code.line.number"] ?? attributes["code.lineno"];
  return {
    file,
    line: typeof line === "number" && Number.isSafeInteger(line) ? line : null,
    function: text(attributes, "code.function.name", "code.function") ?? null,
  };
}

function text(attributes: Attributes, current: string, older: string): string | undefined {
  const value = attributes[current];
  if (typeof value === "string" && value !== "") return value;
  const before = attributes[older];
  return typeof before === "string" && before !== "" ? before : undefined;
}

/** Of two places the first by file and line, so that what is told does not depend on who came first. */
export function firstInCode(one: CodeLocation | null, other: CodeLocation): CodeLocation {
  if (one === null) return other;
  if (one.file !== other.file) return one.file < other.file ? one : other;
  return (one.line ?? 0) <= (other.line ?? 0) ? one : other;
}

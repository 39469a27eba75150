export interface CodeLocation {
  readonly file: string;
  readonly line: number | null;
  readonly function: string | null;
}

/** Where a record's emitter stands in the code, by the current and the older names of the code.* conventions. */
export function codeLocation(attributes: { readonly [key: string]: unknown }): CodeLocation | null {
  const text = (current: string, older: string): string | undefined =>
    [attributes[current], attributes[older]].find(
      (value): value is string => typeof value === "string" && value !== "",
    );
  const file = text("code.file.path", "code.filepath");
  if (file === undefined) return null;
  const line = attributes["code.line.number"] ?? attributes["code.lineno"];
  return {
    file,
    line: typeof line === "number" && Number.isSafeInteger(line) ? line : null,
    function: text("code.function.name", "code.function") ?? null,
  };
}

/** Of two places the first by file and line, so that what is told does not depend on who came first. */
export function firstInCode(one: CodeLocation | null, other: CodeLocation): CodeLocation {
  if (one === null) return other;
  if (one.file !== other.file) return one.file < other.file ? one : other;
  return (one.line ?? 0) <= (other.line ?? 0) ? one : other;
}

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

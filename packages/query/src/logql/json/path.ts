import { PartFault } from "../../text/part-fault.ts";

/** Names of fields and numbers of elements, from the outside in. */
export type JsonPath = readonly (string | number)[];

const STEP = /\.?([A-Za-z_][\w-]*)|\["((?:[^"\\]|\\.)*)"\]|\[(\d{1,9})\]/y;

/** `servers[0].name`, `headers["User-Agent"]`. */
export function parseJsonPath(text: string): JsonPath {
  const path: (string | number)[] = [];
  let at = 0;
  while (at < text.length) {
    STEP.lastIndex = at;
    const [step = "", name, quoted, index] = STEP.exec(text) ?? [];
    // A name needs a dot before it unless it comes first, and has none where it does.
    const misplaced = name !== undefined && step.startsWith(".") !== path.length > 0;
    if (step === "" || misplaced)
      throw new PartFault("invalid", `"${text}" is no path: unexpected character at ${at + 1}`);
    path.push(name ?? quoted?.replace(/\\(.)/gs, "$1") ?? Number(index));
    at += step.length;
  }
  if (path.length === 0) throw new PartFault("invalid", "the path is empty");
  return path;
}

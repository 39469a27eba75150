import { structuredMetadataName } from "@throughline/core";
import { type JsonPath, parseJsonPath } from "../json/path.ts";
import { JsonFault, JsonScanner } from "../json/scanner.ts";
import type { Json } from "../tree.ts";
import type { Line } from "./line.ts";

const ERROR = "JSONParserErr";

/** Every field of an object, nested ones as `outer_inner`; arrays are passed over. Of a name that comes twice the first counts. */
export function jsonStage({ extract }: Json): (line: Line) => boolean {
  if (extract.length > 0)
    return jsonPaths(extract.map(({ expression, label }) => [label, parseJsonPath(expression)]));
  return (line) => {
    const seen = new Set<string>();
    readObject(line, (scanner) =>
      readFields(scanner, "", (name, value) => {
        if (seen.has(name)) return;
        seen.add(name);
        line.extract(name, value);
      }),
    );
    return true;
  };
}

/** Labels of a packed line, whose `_entry` becomes the line again. */
export function unpackStage(): (line: Line) => boolean {
  return (line) => {
    const fields: [string, string][] = [];
    if (line.text === "") return true;
    readObject(line, (scanner) =>
      scanner.object((key) => {
        if (scanner.peek() === '"') fields.push([key, scanner.string()]);
        else scanner.skip();
      }),
    );
    if (line.error !== "") return true;
    for (const [key, value] of fields)
      if (key === "_entry") line.text = value;
      else line.extract(structuredMetadataName(key), value);
    return true;
  };
}

function readObject(line: Line, read: (scanner: JsonScanner) => void): void {
  try {
    const scanner = new JsonScanner(line.text);
    if (scanner.peek() !== "{") throw new JsonFault("the line is no object");
    read(scanner);
    scanner.expectEnd();
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    line.fail(ERROR, error.message);
  }
}

function readFields(
  scanner: JsonScanner,
  prefix: string,
  found: (name: string, value: string) => void,
): void {
  scanner.object((key) => {
    const name =
      prefix === "" ? structuredMetadataName(key) : `${prefix}_${key.replace(/\W/g, "_")}`;
    const first = scanner.peek();
    if (first === "{") readFields(scanner, name, found);
    else if (first === "[") scanner.skip();
    else {
      const value = first === '"' ? scanner.string() : scanner.word();
      if (value !== "null") found(name, value);
    }
  });
}

function jsonPaths(
  paths: readonly (readonly [label: string, path: JsonPath])[],
): (line: Line) => boolean {
  return (line) => {
    if (line.text === "") return true;
    try {
      for (const [label, path] of paths)
        line.extract(label, valueAt(new JsonScanner(line.text), path) ?? "", true);
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      line.fail(ERROR, error.message);
    }
    return true;
  };
}

/** Text of what stands at the path: a string without its quotes, anything else as it was written. */
function valueAt(scanner: JsonScanner, path: JsonPath, depth = 0): string | undefined {
  const step = path[depth];
  const first = scanner.peek();
  if (step === undefined) {
    if (first === '"') return scanner.string();
    const raw = scanner.skip();
    return raw === "null" ? undefined : raw;
  }
  let found: string | undefined;
  const visit = (key: string | number): void => {
    if (key === step && found === undefined) found = valueAt(scanner, path, depth + 1);
    else scanner.skip();
  };
  if (first === "{") scanner.object(visit);
  else if (first === "[") scanner.array(visit);
  else scanner.skip();
  return found;
}

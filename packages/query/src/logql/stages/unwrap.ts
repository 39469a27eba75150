import { parseBytes, parseDuration } from "../../text/quantities.ts";
import type { Unwrap } from "../tree.ts";
import type { Conversion } from "../vocabulary.ts";
import { parseFloat64 } from "./filters.ts";
import type { Line } from "./line.ts";

/** Makes a label the line's number. A line without the label has none and is left out; one that is no number counts as a fault. */
export function unwrapStage({ conversion, label }: Unwrap): (line: Line) => boolean {
  return (line) => {
    const text = line.get(label);
    if (text === "") return false;
    const sample = converted(text, conversion);
    if (sample === undefined) line.fail("SampleExtractionErr", `${label} is no number`);
    line.sample = sample ?? 0;
    return true;
  };
}

function converted(text: string, conversion: Conversion | null): number | undefined {
  switch (conversion) {
    case null:
      return parseFloat64(text);
    case "bytes":
      return parseBytes(text);
    case "duration":
    case "duration_seconds": {
      const nanoseconds = parseDuration(text);
      return nanoseconds === undefined ? undefined : nanoseconds / 1e9;
    }
  }
}

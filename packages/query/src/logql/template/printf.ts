import { MAX_RESULT, numberOf, type TemplateValue, textOf, tooLong } from "./value.ts";

const VERB = /%(?:%|([-+0 ]*)(\d*)(?:\.(\d*))?([a-zA-Z]))/g;

/** Go's: `%-10.5s`, `%05.1f`, `%d`, `%q`, `%x`, `%t`, `%v`. What it does not know it shows as Go does. */
export function printf(format: string, values: readonly TemplateValue[]): string {
  let next = 0;
  let length = format.length;
  return format.replace(VERB, (all, flags = "", width = "", precision?: string, verb = "") => {
    if (all === "%%") return "%";
    const value = values[next++];
    if (value === undefined) return `%!${verb}(MISSING)`;
    const size = Number(width);
    length += size;
    if (size > MAX_RESULT || length > MAX_RESULT) throw tooLong();
    return pad(shown(value, verb, precision), flags, size, verb);
  });
}

function shown(value: TemplateValue, verb: string, precision: string | undefined): string {
  const places = precision === undefined ? undefined : Math.min(100, Number(precision));
  switch (verb) {
    case "s":
    case "v":
      return places === undefined ? textOf(value) : textOf(value).slice(0, places);
    case "q":
      return JSON.stringify(textOf(value));
    case "d":
      return String(Math.trunc(numberOf(value)));
    case "f":
      return numberOf(value).toFixed(places ?? 6);
    case "e":
      return numberOf(value).toExponential(places ?? 6);
    case "g":
      return String(numberOf(value));
    case "x":
      return Math.trunc(numberOf(value)).toString(16);
    case "t":
      return textOf(value);
    default:
      return `%!${verb}(${textOf(value)})`;
  }
}

function pad(text: string, flags: string, size: number, verb: string): string {
  const signed =
    flags.includes("+") && "dfeg".includes(verb) && !text.startsWith("-") ? `+${text}` : text;
  if (flags.includes("-")) return signed.padEnd(size);
  if (!flags.includes("0") || !"dfegx".includes(verb)) return signed.padStart(size);
  const [sign = ""] = /^[+-]?/.exec(signed) ?? [];
  return sign + signed.slice(sign.length).padStart(size - sign.length, "0");
}

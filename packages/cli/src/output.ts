import { choiceOption } from "./options.ts";
import { terminalJson } from "./terminal/foreign.ts";
import { type Line, type Look, renderLines } from "./terminal/line.ts";
import type { World } from "./world.ts";

export type Form = "pretty" | "wide" | "json" | "jsonl";

export const outputOptions = {
  output: { type: "string", short: "o" },
  color: { type: "string" },
  "no-pager": { type: "boolean" },
} as const;

export const outputHelp = (
  elsewhere: Form,
): string => `  -o, --output FORM   pretty, wide, json or jsonl (default: pretty on a terminal, else ${elsewhere})
  --color WHEN        auto, always or never (NO_COLOR and FORCE_COLOR are heeded)
  --no-pager          don't page what is longer than the screen (PAGER)
`;

export interface OutputGiven {
  readonly output?: string;
  readonly color?: string;
  readonly "no-pager"?: boolean;
}

/** Where a command's data goes, and in which form. */
export interface Output {
  readonly form: Form;
  readonly look: Look;
  /** What there is to read from start to end: paged where it is longer than the screen. */
  show(lines: readonly Line[]): Promise<void>;
  /** Line by line, as it comes. */
  print(...lines: readonly Line[]): void;
  json(value: unknown): void;
  jsonLine(value: unknown): void;
}

/** `elsewhere` is the form for files and other programs: pretty is for people. */
export function createOutput(
  given: OutputGiven,
  elsewhere: "json" | "jsonl",
  world: World,
): Output {
  const { screen } = world;
  const form = choiceOption(
    "--output",
    given.output ?? (screen === undefined ? elsewhere : "pretty"),
    ["pretty", "wide", "json", "jsonl"] as const,
  );
  const colour = isColoured(given.color, world);
  const look = (): Look => ({ colour, columns: screen?.columns() });
  return {
    form,
    get look() {
      return look();
    },
    async show(lines) {
      const text = renderLines(lines, look());
      const pager = world.env["PAGER"] ?? "less";
      const isLong = screen !== undefined && lines.length >= screen.rows();
      if (isLong && given["no-pager"] !== true && pager !== "" && pager !== "cat") {
        if (await screen.page(text, pager)) return;
      }
      world.out(text);
    },
    print: (...lines) => world.out(renderLines(lines, look())),
    json: (value) => world.out(`${terminalJson(value, screen === undefined ? undefined : 2)}\n`),
    jsonLine: (value) => world.out(`${terminalJson(value)}\n`),
  };
}

/** `to` is the stream that is asked about: each may be a terminal or not. */
export function isColoured(
  asked: string | undefined,
  { env, screen, talksToTerminal = false }: World,
  to: "out" | "err" = "out",
): boolean {
  const when = choiceOption("--color", asked ?? "auto", ["auto", "always", "never"] as const);
  if (when !== "auto") return when === "always";
  if (env["NO_COLOR"]) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return (to === "out" ? screen !== undefined : talksToTerminal) && env["TERM"] !== "dumb";
}

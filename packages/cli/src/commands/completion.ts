import type { Command } from "../command.ts";
import { commands } from "../command.ts";
import { exit } from "../exit-codes.ts";
import { choosePlace } from "../home/place.ts";
import { choiceOption, onlyArgument, readArguments } from "../options.ts";
import type { World } from "../world.ts";

const shells = ["bash", "zsh", "fish"] as const;

export const command: Command = {
  help: `Print what a shell needs to complete commands, options and session ids.

  throughline completion bash >> ~/.bashrc
  throughline completion zsh >> ~/.zshrc
  throughline completion fish > ~/.config/fish/completions/throughline.fish

Usage: throughline completion bash|zsh|fish
`,
  async run(argv, world) {
    if (argv[0] === "--words") {
      const words = await wordsAfter(argv.slice(1), world);
      world.out(words.map((word) => `${word}\n`).join(""));
      return exit.ok;
    }
    const { positionals } = readArguments(argv, {});
    const shell = choiceOption("SHELL", onlyArgument(positionals, "SHELL"), shells);
    world.out(scripts[shell]);
    return exit.ok;
  },
};

/** The scripts ask us for every word: what is possible is known here alone. */
const scripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `_throughline() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(throughline completion --words "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _throughline throughline
`,
  zsh: `_throughline() {
  local -a words_here
  words_here=("\${(@f)$(throughline completion --words "\${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
  compadd -a words_here || _files
}
compdef _throughline throughline
`,
  fish: `function __throughline_words
  set -l words (commandline -opc)
  throughline completion --words $words[2..-1] 2>/dev/null
end
complete -c throughline -a '(__throughline_words)'
`,
};

const values: Readonly<Record<string, readonly string[]>> = {
  "-o": ["pretty", "wide", "json", "jsonl"],
  "--output": ["pretty", "wide", "json", "jsonl"],
  "--color": ["auto", "always", "never"],
  "--level": ["trace", "debug", "info", "warn", "error", "fatal"],
  "--kind": ["span", "log"],
  "--sort": ["last", "duration", "cost", "errors"],
  "--since": ["15m", "1h", "24h", "7d"],
  "--until": ["now", "15m", "1h", "24h"],
  "--fail-on": ["violation", "improvement", "information", "never"],
};

/** What may stand behind these words. */
async function wordsAfter(before: readonly string[], world: World): Promise<readonly string[]> {
  const [name, ...rest] = before;
  if (name === undefined) return [...Object.keys(commands), "--help", "--version"];
  if (name === "completion") return shells;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  // Behind -- it is another program's line, and the shell's own completion serves.
  if (load === undefined || rest.includes("--")) return [];
  const known = values[rest.at(-1) ?? ""];
  if (known !== undefined) return known;
  const { command } = await load();
  const flags = [...new Set(command.help.match(/(?<![\w-])--[a-z][a-z-]+/g))];
  const takesSession = /^Usage: throughline \w+ \[?SESSION/m.test(command.help);
  const hasOne = rest.some((word) => !word.startsWith("-"));
  return takesSession && !hasOne ? ["latest", ...(await sessionIds(world)), ...flags] : flags;
}

/** Nobody waits for a key press: a server that does not answer at once offers nothing. */
const patienceMs = 1_000;
const offered = 50;

async function sessionIds(world: World): Promise<readonly string[]> {
  const place = choosePlace({}, world);
  if (place.kind !== "server") return [];
  const { createRemoteReader } = await import("../home/remote/reader.ts");
  const signal = AbortSignal.timeout(patienceMs);
  const page = await createRemoteReader(place)
    .sessions({ limit: offered }, { signal })
    .catch(() => undefined);
  // A shell would take spaces and more to pieces.
  return (page?.sessions ?? []).map(({ id }) => id).filter((id) => /^[\w.:@+-]+$/.test(id));
}

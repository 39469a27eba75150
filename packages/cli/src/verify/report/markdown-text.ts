/** Text that stays text: what would be markup, a mention or a link for the code host is none. */
export function text(foreign: string): string {
  return oneLine(foreign)
    .replace(/[\\`*_[\]<>|~#]/g, (sign) => `\\${sign}`)
    .replace(/@(?=\w)/g, "@\u200b");
}

/** In as many backticks as keep it together; in a table a bar would end the cell. */
export function code(foreign: string): string {
  const shown = oneLine(foreign).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return shown === "" ? "–" : `${fence}${pad}${shown}${pad}${fence}`;
}

const LONGEST = 400;

function oneLine(foreign: string): string {
  const cut = foreign.length > LONGEST ? `${foreign.slice(0, LONGEST)}…` : foreign;
  // oxlint-disable-next-line no-control-regex
  return cut.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
}

import {
  type Pricer,
  type SessionRecord,
  sessionTree,
  type SessionTree,
  type TreeNode,
  writeSessionSegment,
} from "@throughline/core/session";
import type { RecordQuery, SessionReader } from "@throughline/store";

import type { Command } from "../command.ts";
import { CommandError, exit } from "../exit-codes.ts";
import { recordFilterHelp, recordFilterOptions, recordFiltersOf } from "../filters.ts";
import { openHome } from "../home/open-home.ts";
import { placeHelp, placeOptions } from "../home/place.ts";
import { allRecordsOf, recordsOf } from "../home/records.ts";
import { findSession, placeFor, readReference } from "../home/reference.ts";
import { onlyArgument, readArguments } from "../options.ts";
import { createOutput, outputHelp, outputOptions } from "../output.ts";
import { startProgress } from "../progress.ts";
import { headLines } from "../show/session-head.ts";
import { treeLines, type TreeOptions } from "../show/tree-lines.ts";
import { type Line, line, piece } from "../terminal/line.ts";

export const command: Command = {
  help: `Show one session as a tree: turns, model calls, tools, sub-agents, log records.

  throughline show latest
  throughline show 33878ff9 --turn 2
  throughline show latest --errors -o wide

Usage: throughline show SESSION [options]

SESSION is an id, a unique prefix, latest, or the address of its page. With filters, what passes is shown with what
stands above it.

${recordFilterHelp}
${placeHelp}
${outputHelp("json")}
wide shows every record on a line of its own, with service and ids; pretty folds equal internal spans.
json gives {"session": {...}, "records": [...]}, complete; jsonl one record a line.
`,
  async run(argv, world) {
    const { positionals, values: given } = readArguments(argv, {
      ...recordFilterOptions,
      ...placeOptions,
      ...outputOptions,
    });
    const reference = readReference(onlyArgument(positionals, "SESSION"));
    const query = recordFiltersOf(given);
    const output = createOutput(given, "json", world);
    await using home = await openHome(placeFor(reference, given), world);
    const { reader } = home;
    const id = await findSession(reader, reference);
    if (output.form === "jsonl") {
      for await (const record of recordsOf(reader, id, query)) output.jsonLine(record);
      return exit.ok;
    }
    const [session, records] = await Promise.all([
      reader.session(id),
      allRecordsOf(reader, id, query, startProgress(world)),
    ]);
    if (session === undefined)
      throw new CommandError(`session "${id}" has gone.`, "", exit.notFound);
    if (output.form === "json") {
      output.json({ schema: 1, session, records });
      return exit.ok;
    }
    const { kept, tree } = await treeOf(reader, id, query, records);
    const price = await pricer();
    const isWide = output.form === "wide";
    await output.show([
      ...headLines(session),
      line(""),
      ...treeLines(tree, { isWide, kept, now: Date.now(), price }),
      ...(isWide ? [] : nextLines(id, home.page)),
    ]);
    return exit.ok;
  },
};

/** With filters, the whole session is read once more: what passes keeps its place below what does not. */
async function treeOf(
  reader: SessionReader,
  id: string,
  query: RecordQuery,
  passed: readonly SessionRecord[],
): Promise<Pick<TreeOptions, "kept"> & { readonly tree: SessionTree }> {
  if (Object.keys(query).length === 0) return { tree: sessionTree(passed), kept: undefined };
  const tree = sessionTree(await allRecordsOf(reader, id, {}));
  const ids = new Set(passed.map(({ record_id }) => record_id));
  const kept = new Set<TreeNode>();
  for (const node of tree.nodes) {
    let at: TreeNode | null = ids.has(node.id) ? node : null;
    for (; at !== null && !kept.has(at); at = at.parent) kept.add(at);
  }
  return { tree, kept };
}

async function pricer(): Promise<Pricer> {
  const { createPricer } = await import("@throughline/store/price");
  return createPricer();
}

function nextLines(id: string, page: string | undefined): Line[] {
  // The beginning of a UUID is enough to name it.
  const short = /^[0-9a-f]{8}-/.test(id) ? id.slice(0, 8) : /^[\w.-]+$/.test(id) ? id : `'${id}'`;
  const next = line(piece(`throughline logs ${short}  throughline verify ${short}`, "quiet"));
  const link = `${page ?? ""}/sessions/${writeSessionSegment(id)}`;
  return [line(""), next, ...(page === undefined ? [] : [line(piece(link, "quiet"))])];
}

import type { Session, SessionRecord } from "@throughline/core/session";
import type { VerifyReport } from "@throughline/core/verify";

import { builtPage } from "./built-page.ts";

export interface ExportedSession {
  readonly session: Session;
  readonly records: AsyncIterable<SessionRecord> | Iterable<SessionRecord>;
  /** What verifying it found; null when it was not verified. */
  readonly verdict: VerifyReport | null;
}

export class PageNotBuilt extends Error {
  override readonly name = "PageNotBuilt";

  constructor() {
    super("the page is not built, so there is none to put the session into");
  }
}

const mark = "<!-- data -->";

/** The page with one session in it, as a file that needs no server and loads nothing; piece by piece, whatever its size. */
export async function* exportPage(exported: ExportedSession): AsyncGenerator<string> {
  const page = builtPage();
  if (page === undefined) throw new PageNotBuilt();
  const at = page.viewer.indexOf(mark);
  const { records, session, verdict } = exported;
  yield page.viewer.slice(0, at);
  yield `<script type="application/json" id="session">${inScript({ session, verdict })}</script>\n`;
  yield `<script type="application/jsonl" id="records">\n`;
  for await (const record of records) yield `${inScript(record)}\n`;
  yield `</script>${page.viewer.slice(at + mark.length)}`;
}

/** Nothing in a script element is markup but its end and a comment's beginning; JSON says their first sign another way. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", String.raw`\u003c`);
}

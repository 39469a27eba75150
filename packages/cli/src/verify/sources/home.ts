import { isStepKind } from "@throughline/core";
import type { PlainMap, SpanRecord } from "@throughline/core/record";
import type { SessionRecord } from "@throughline/core/session";
import { createVerifier, everyDialect, mergeReports, ruleIds } from "@throughline/core/verify";
import type { SessionReader, SessionVerdict } from "@throughline/store";

import { CommandError, exit } from "../../exit-codes.ts";
import type { Progress } from "../../progress.ts";

export interface Window {
  readonly since: number;
  readonly until?: number;
  readonly service?: string;
}

const PAGE = 1_000;

/** What one session breaks, as the home that keeps it sees it. */
export async function verifySession(reader: SessionReader, id: string): Promise<SessionVerdict> {
  const verdict = await reader.findings(id);
  if (verdict !== undefined) return verdict;
  throw new CommandError(`session "${id}" has gone.`, "", exit.notFound);
}

/** What all sessions of a time break, and the model, tool and agent spans of no session at all. */
export async function verifyWindow(
  reader: SessionReader,
  window: Window,
  progress: Progress,
): Promise<SessionVerdict> {
  let whole: SessionVerdict = await homeless(reader, window);
  let verified = 0;
  let cursor: string | null = null;
  do {
    const page = await reader.sessions(pageOf(window, cursor));
    const verdicts: SessionVerdict[] = [];
    for (const { id } of page.sessions) {
      const verdict = await reader.findings(id);
      if (verdict !== undefined) verdicts.push(verdict);
      progress.say(`${++verified} sessions verified`);
    }
    whole = together([whole, ...verdicts]);
    cursor = page.next;
  } while (cursor !== null);
  progress.clear();
  return whole;
}

/** Cut short where one of them was. */
export function together(verdicts: readonly SessionVerdict[]): SessionVerdict {
  const report = mergeReports(verdicts);
  const partial = verdicts.find((verdict) => verdict.partial !== undefined)?.partial;
  return partial === undefined ? report : { ...report, partial };
}

const onlyC12 = Object.fromEntries(
  ruleIds.filter((rule) => rule !== "C12").map((rule) => [rule, "off" as const]),
);

/** Spans that no session has, of which C12 alone can be said: the rest of what they were is not told. */
async function homeless(reader: SessionReader, window: Window): Promise<SessionVerdict> {
  const verifier = createVerifier({ ...everyDialect(), levels: onlyC12 });
  let partial: string | undefined;
  let cursor: string | null = null;
  do {
    const page = await reader.search({ ...pageOf(window, cursor), kind: "span" });
    for (const record of page.records)
      if (record.membership === "none" && isStepKind(record.step ?? ""))
        verifier.add(spanOf(record), { recordId: record.record_id });
    partial ??= page.partial;
    cursor = page.next;
  } while (cursor !== null);
  const report = verifier.finish();
  return partial === undefined ? report : { ...report, partial };
}

function pageOf(
  window: Window,
  cursor: string | null,
): Window & { limit: number; cursor?: string } {
  return { ...window, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
}

function spanOf(record: SessionRecord): SpanRecord {
  const map = (values: { readonly [key: string]: unknown }): PlainMap =>
    Object.assign(Object.create(null), values);
  return {
    kind: "span",
    traceId: record.trace_id,
    spanId: record.span_id,
    // Its parent may be anywhere: only the span itself is judged.
    parentSpanId: "",
    parentIsRemote: undefined,
    name: record.name,
    spanKind: "unspecified",
    startNs: BigInt(record.start_ns),
    endNs: BigInt(record.end_ns ?? 0),
    status: { code: "unset", message: "" },
    attributes: map({ ...record.attributes, "throughline.step": record.step }),
    events: [],
    links: [],
    resource: { attributes: map({ "service.name": record.service }) },
    scope: { name: record.scope, version: "", attributes: map({}) },
  };
}

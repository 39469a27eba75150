import type { PlainMap, SpanRecord } from "@throughline/core/record";
import type { SessionRecord } from "@throughline/core/session";
import {
  createVerifier,
  everyDialect,
  mergeReports,
  ruleIds,
  type VerifyReport,
} from "@throughline/core/verify";
import { isStepKind } from "@throughline/core";
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
  const verdicts: SessionVerdict[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await reader.sessions({
      ...window,
      limit: PAGE,
      ...(typeof cursor === "string" ? { cursor } : {}),
    });
    for (const { id } of page.sessions) {
      const verdict = await reader.findings(id);
      if (verdict !== undefined) verdicts.push(verdict);
      progress.say(`${verdicts.length} sessions verified`);
    }
    cursor = page.next;
  } while (cursor !== null);
  progress.clear();
  const report = mergeReports([...verdicts, await homeless(reader, window)]);
  const partial = verdicts.find((verdict) => verdict.partial !== undefined)?.partial;
  return partial === undefined ? report : { ...report, partial };
}

/** Spans that no session has, of which C12 alone can be said: the rest of what they were is not told. */
async function homeless(reader: SessionReader, window: Window): Promise<VerifyReport> {
  const verifier = createVerifier({
    ...everyDialect(),
    levels: Object.fromEntries(
      ruleIds.filter((rule) => rule !== "C12").map((rule) => [rule, "off" as const]),
    ),
  });
  let cursor: string | null | undefined;
  do {
    const page = await reader.search({
      ...window,
      kind: "span",
      limit: PAGE,
      ...(typeof cursor === "string" ? { cursor } : {}),
    });
    for (const record of page.records)
      if (record.membership === "none" && isStepKind(record.step ?? ""))
        verifier.add(spanOf(record), { recordId: record.record_id });
    cursor = page.next;
  } while (cursor !== null);
  return verifier.finish();
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

import { createVerifier, type VerifyReport } from "@throughline/core/verify";

import { askEngine } from "../../home/engines.ts";
import type { Place } from "../../home/place.ts";

/**
 * What the labels of Loki's streams break (C02): an id among them is a stream a session. A Throughline server has labels only
 * of resources, and no index that could grow.
 */
export async function verifyLabels(place: Place, since: number): Promise<VerifyReport> {
  const verifier = createVerifier();
  if (place.kind === "engines" && place.loki !== undefined)
    verifier.addSeries({
      kind: "stream",
      service: "",
      scope: "",
      name: "",
      keys: await labelNames(place.loki, since),
    });
  return verifier.finish();
}

async function labelNames(loki: string, since: number): Promise<readonly string[]> {
  const nanos = (ms: number): string => `${BigInt(ms) * 1_000_000n}`;
  const answer = await askEngine({ url: loki, token: undefined }, "/loki/api/v1/labels", {
    query: { start: nanos(since), end: nanos(Date.now()) },
  });
  const said: unknown = await answer.json();
  const names = typeof said === "object" && said !== null && "data" in said ? said.data : [];
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

import { jsonList } from "../protocol/json-list.ts";

/** What an answer says of itself. */
export interface About {
  readonly records: number;
  readonly bytes: number;
  readonly partial?: string;
  /** When the work began, by performance.now(). */
  readonly began: number;
}

type ResultType = "streams" | "matrix" | "vector" | "scalar";

/** The type and the flags stand before the result: Grafana reads the answer as it comes. */
export async function resultJson(
  resultType: ResultType,
  result: Iterable<unknown>,
  about: About,
  encodingFlags?: readonly string[],
): Promise<string> {
  const warnings = about.partial === undefined ? {} : { warnings: [about.partial] };
  const head = JSON.stringify({
    resultType,
    ...(encodingFlags !== undefined && { encodingFlags }),
  });
  const list = await jsonList(result, (item) => JSON.stringify(item));
  const data = `${head.slice(0, -1)},"result":${list},"stats":${JSON.stringify(statsJson(about))}}`;
  return `${JSON.stringify({ status: "success", ...warnings }).slice(0, -1)},"data":${data}}`;
}

function statsJson({ began, bytes, records }: About): object {
  const seconds = (performance.now() - began) / 1_000;
  const rate = (amount: number): number => Math.round(amount / Math.max(seconds, 1e-6));
  return {
    summary: {
      bytesProcessedPerSecond: rate(bytes),
      linesProcessedPerSecond: rate(records),
      totalBytesProcessed: bytes,
      totalLinesProcessed: records,
      execTime: seconds,
      queueTime: 0,
    },
  };
}

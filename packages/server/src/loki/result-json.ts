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
export function resultJson(
  resultType: ResultType,
  result: unknown,
  about: About,
  encodingFlags?: readonly string[],
): string {
  return JSON.stringify({
    status: "success",
    ...(about.partial !== undefined && { warnings: [about.partial] }),
    data: {
      resultType,
      ...(encodingFlags !== undefined && { encodingFlags }),
      result,
      stats: statsJson(about),
    },
  });
}

export function statsJson({ began, bytes, records }: About): object {
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

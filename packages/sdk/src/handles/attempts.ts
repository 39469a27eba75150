import type { LlmOptions, RetriedLlmOptions } from "./options.ts";

export function isRetried(options: LlmOptions | RetriedLlmOptions): options is RetriedLlmOptions {
  return "retry" in options && typeof options.retry === "function";
}

/** One model call an attempt, until one succeeds or nobody wants another. The last error goes to the caller as it is. */
export async function attempts<T>(
  options: RetriedLlmOptions,
  call: (options: LlmOptions) => T,
): Promise<Awaited<T>> {
  let { attempt = 1, retryReason } = options;
  for (;;) {
    try {
      return await call({ ...options, attempt, retryReason });
    } catch (error) {
      const aborted = options.signal?.aborted === true;
      const reason = aborted ? undefined : await options.retry(error, attempt);
      if (reason === false || reason === undefined) throw error;
      retryReason = reason;
      attempt += 1;
    }
  }
}

import { quietly } from "./quiet.ts";

/**
 * Waits for something, but not longer than that. The timer keeps the process alive meanwhile: everything else here is
 * unref'd, and an awaited flush at the end of a program must not end it.
 */
export async function upTo(ms: number, something: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = quietly(() => new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))));
  try {
    await Promise.race([something, over]);
  } finally {
    clearTimeout(timer);
  }
}

import type { Place } from "../home/place.ts";
import { bad, type Check, good, odd } from "./check.ts";

/** Whether real engines are there and ready. */
export async function checkEngines(place: Place & { kind: "engines" }): Promise<Check[]> {
  const { loki, tempo } = place;
  return [...(await checkEngine("Loki", loki)), ...(await checkEngine("Tempo", tempo))];
}

async function checkEngine(name: string, url: string | undefined): Promise<Check[]> {
  const flag = `--${name.toLowerCase()}`;
  if (url === undefined) return [odd(`No ${name} is named.`, `${flag} URL`)];
  try {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    if (response.ok) return [good(`${name} at ${url} is ready.`)];
    return [
      bad(`${name} at ${url} is not ready (${response.status}).`, "wait, or look at its log"),
    ];
  } catch {
    return [bad(`Nothing answers at ${url}.`, `start ${name}, or name another with ${flag} URL`)];
  }
}

import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a running backend writes into its data directory, for `status`, `down` and everybody who looks for it. */
export interface Running {
  readonly pid: number;
  /** Told by `/healthz` too: a port that answers with another instance is somebody else's. */
  readonly instance: string;
  readonly version: string;
  readonly url: string;
  readonly grpc: string;
  readonly data: string;
  readonly started_at: string;
}

export function announcementIn(data: string): string {
  return join(data, "running.json");
}

export async function announce(running: Running): Promise<void> {
  const file = announcementIn(running.data);
  const draft = `${file}.${running.pid}`;
  await writeFile(draft, `${JSON.stringify({ schema: 1, ...running }, undefined, 2)}\n`, {
    mode: 0o600,
  });
  await rename(draft, file);
}

/** Only our own announcement: a successor may have written its own already. */
export async function withdraw({ data, instance }: Running): Promise<void> {
  if ((await readAnnouncement(data))?.instance === instance) await rm(announcementIn(data));
}

export async function readAnnouncement(data: string): Promise<Running | undefined> {
  try {
    return parseAnnouncement(await readFile(announcementIn(data), "utf8"));
  } catch {
    return undefined;
  }
}

export function parseAnnouncement(text: string): Running | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return isRunning(said) ? said : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(said: unknown): said is Running {
  if (typeof said !== "object" || said === null) return false;
  const texts = ["instance", "version", "url", "grpc", "data", "started_at"];
  const bag = new Map<string, unknown>(Object.entries(said));
  const { pid } = { pid: bag.get("pid") };
  return Number.isInteger(pid) && texts.every((name) => typeof bag.get(name) === "string");
}

/**
 * `none`: nothing was announced. `running`: it answers, and it is the one announced. `gone`: its process has ended without
 * a goodbye. `silent`: a process of that number lives but does not answer as ours; it may be another program by now.
 */
export type Found =
  | { readonly state: "none" }
  | { readonly state: "running" | "gone" | "silent"; readonly running: Running };

export async function findRunning(data: string): Promise<Found> {
  const running = await readAnnouncement(data);
  if (running === undefined) return { state: "none" };
  const { instance } = await askHealth(running.url);
  if (instance === running.instance) return { state: "running", running };
  return { state: isAlive(running.pid) ? "silent" : "gone", running };
}

/** Who answers at an address; an empty object when nobody does, or somebody who is no Throughline. */
export async function askHealth(url: string): Promise<{ readonly instance?: string }> {
  try {
    const response = await fetch(new URL("/healthz", url), { signal: AbortSignal.timeout(3_000) });
    const said: unknown = await response.json();
    if (typeof said !== "object" || said === null || !("instance" in said)) return {};
    return typeof said.instance === "string" ? { instance: said.instance } : {};
  } catch {
    return {};
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: alive, though not ours to ask.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

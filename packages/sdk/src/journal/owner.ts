import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/**
 * Whose folder it is stands in its name: process id, when that process started, the place where the id means something, and
 * a random part. So taking over a folder is one rename, which the file system does atomically for exactly one of many.
 *
 * Node has no file locks; process ids are used again (in a container everything is process 1), hence the start time.
 */
const pattern = /^(\d+)-(\d+)-([0-9a-f]{8})-[0-9a-f]{8}$/;

/** Writers touch their folder every second; elsewhere (another container on the same volume) that is the sign of life. */
const silentMs = 60_000;

export function ownName(): string {
  return `${process.pid}-${startOf("self")}-${place()}-${randomBytes(4).toString("hex")}`;
}

/** Whether `name` in `root` is a writer's folder and its writer is gone. */
export function isAbandoned(root: string, name: string): boolean {
  const [, pid, start, where] = pattern.exec(name) ?? [];
  if (pid === undefined || start === undefined) return false;
  return where === place() ? !runs(Number(pid), start) : silent(join(root, name));
}

function runs(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return startOf(String(pid)) === start;
}

function silent(folder: string): boolean {
  try {
    return Date.now() - statSync(folder).mtimeMs > silentMs;
  } catch {
    return false;
  }
}

/** In clock ticks since boot, on Linux; 0 where nobody tells. */
function startOf(pid: string): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Field 22, counted after the command, which may itself hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  } catch {
    return "0";
  }
}

/** Host and process namespace: containers of one pod share the first, not the second. */
function place(): string {
  let namespace = "";
  try {
    namespace = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Not Linux: the host alone has to do.
  }
  return crc32(`${hostname()}\n${namespace}`).toString(16).padStart(8, "0");
}

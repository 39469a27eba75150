import { readFileSync } from "node:fs";

import type { World } from "../world.ts";
import { dataDirectory } from "./data-directory.ts";
import { announcementIn, isAlive, parseAnnouncement } from "./running.ts";

/** The address of the backend that announced itself in the usual data directory; undefined when its process has gone. */
export function findAnnounced(world: World): string | undefined {
  let text: string;
  try {
    text = readFileSync(announcementIn(dataDirectory(undefined, world)), "utf8");
  } catch {
    return undefined;
  }
  const running = parseAnnouncement(text);
  return running !== undefined && isAlive(running.pid) ? running.url : undefined;
}

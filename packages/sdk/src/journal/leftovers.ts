import { readdirSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";

import { isAbandoned, ownName } from "./owner.ts";
import { Retention } from "./retention.ts";
import { readSegment, survey, type Leftover } from "./segment-reader.ts";
import { segmentPattern } from "./segments.ts";

/**
 * Takes over the folders of writers that are gone and yields what they left, segment by segment, so that memory stays small.
 * A segment is deleted when all its chunks are released; a crash on the way leaves the rest to the next start.
 */
export function* takeLeftovers(root: string): Generator<Leftover> {
  for (const name of namesIn(root, "folder")) {
    if (!isAbandoned(root, name)) continue;
    const folder = join(root, ownName());
    try {
      // Of several processes that start at once, one succeeds.
      renameSync(join(root, name), folder);
    } catch {
      continue;
    }
    yield* leftoversIn(folder);
  }
}

/** The same for one folder that nobody writes in. */
export function* leftoversIn(folder: string): Generator<Leftover> {
  const paths = namesIn(folder, "file")
    .filter((name) => segmentPattern.test(name))
    .toSorted()
    .map((name) => join(folder, name));
  const all = survey(paths);
  const retention = new Retention();
  for (const [index, path] of paths.entries()) {
    retention.add(path);
    const { chunks, recovered, interrupted } = readSegment(path, index, all);
    for (const { body, id } of chunks) retention.grow(body.length, id);
    if (index === paths.length - 1) retention.seal();
    const release = (id: number): void => {
      retention.settle(id);
      removeIfEmpty(folder);
    };
    yield {
      chunks: chunks.map((chunk) => Object.assign(chunk, { release: () => release(chunk.id) })),
      recovered,
      interrupted,
    };
  }
  removeIfEmpty(folder);
}

/** Real folders and files only: a link may lead anywhere. */
function namesIn(folder: string, kind: "folder" | "file"): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (kind === "folder" ? entry.isDirectory() : entry.isFile()))
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty yet.
  }
}

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

import { CommandError, exit } from "../exit-codes.ts";
import { lookAtSource, type SourceLook } from "./source-sites.ts";

const languages = /\.(?:[cm]?[jt]sx?|py|go)$/;
const notOurs = /^(?:node_modules|dist|build|coverage|vendor|venv|__pycache__|\..*)$/;
const notEmitted = /\.(?:test|spec|d)\.[cm]?[jt]sx?$|_test\.(?:go|py)$|^test_.*\.py$/;
const LARGEST = 1_000_000;
const MOST_FILES = 20_000;

/** Looks at all source files below a folder, without what was installed, built or is a test. */
export function lookAtFolder(folder: string, from: string): SourceLook {
  const files = sourceFiles(folder);
  if (files.length > MOST_FILES)
    throw new CommandError(
      `${folder} has more than ${MOST_FILES} source files.`,
      "Name the folders of the services one by one: --source a --source b.",
    );
  const looks = files.map((file) => lookAtSource(relative(from, file), readFileSync(file, "utf8")));
  return {
    sites: looks.flatMap(({ sites }) => sites),
    unnamed: looks.reduce((sum, { unnamed }) => sum + unnamed, 0),
  };
}

function sourceFiles(folder: string): readonly string[] {
  const files: string[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of entriesOf(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory() && !notOurs.test(entry.name)) waiting.push(path);
      else if (entry.isFile() && languages.test(entry.name) && !notEmitted.test(entry.name))
        if (statSync(path).size <= LARGEST) files.push(path);
    }
    if (files.length > MOST_FILES) break;
  }
  return files.toSorted();
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new CommandError(`${folder} can't be read: ${error.message}.`, "", exit.notFound);
  }
}

import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

import { ownName } from "./owner.ts";

/**
 * The segment files of one writer, one after the other in its own folder. Never throws: a write that fails is counted, and
 * the journal begins anew with the next segment, because nothing after a torn frame would be read.
 */
export class SegmentFiles {
  readonly #root: string;
  #folder = "";
  #file: number | undefined;
  #count = 0;
  failures = 0;

  constructor(root: string) {
    this.#root = root;
  }

  get folder(): string {
    return this.#folder;
  }

  get open(): boolean {
    return this.#file !== undefined;
  }

  /** Begins the next segment; its path, or undefined when the disk does not let us. */
  next(): string | undefined {
    this.close();
    return this.#create() ?? this.#create();
  }

  /** One write call a frame. False when it failed. */
  append(frame: Uint8Array): boolean {
    if (this.#file === undefined) return false;
    try {
      if (writeSync(this.#file, frame) === frame.length) return true;
    } catch {
      // Counted below.
    }
    this.failures++;
    this.close();
    return false;
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
  }

  #create(): string | undefined {
    try {
      // Content may be in there: for this user only.
      if (this.#folder === "") {
        this.#folder = join(this.#root, ownName());
        mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      }
      const path = join(this.#folder, segmentName(this.#count++));
      this.#file = openSync(path, "ax", 0o600);
      return path;
    } catch {
      this.failures++;
      // Somebody removed the folder, or took it over: the second attempt makes another.
      this.#folder = "";
      return undefined;
    }
  }
}

function segmentName(number: number): string {
  return `${String(number).padStart(8, "0")}.segment`;
}

export const segmentPattern: RegExp = /^\d{8}\.segment$/;

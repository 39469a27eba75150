import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { utf8 } from "./utf8.ts";

/** What is told of a tool call's arguments while content is off: enough to see the same call again, not what it said. */
export interface ArgumentsFingerprint {
  /** Bytes of UTF-8. */
  readonly size: number;
  /** The first 16 hex digits. */
  readonly sha256: string;
}

/** Takes the arguments as the model or the program wrote them, as text (JSON, where they are structured). */
export function argumentsFingerprint(text: string): ArgumentsFingerprint {
  const bytes = utf8(text);
  return { size: bytes.length, sha256: bytesToHex(sha256(bytes)).slice(0, 16) };
}

import type { Attributes } from "@opentelemetry/api";
import { bytesMayHoldSecret } from "@throughline/core";
import { ByteWriter, writeHeldShare } from "@throughline/core/otlp";

import type { Shared } from "../../trace/shared.ts";

type Encoded = Shared & { readonly encoded: Uint8Array };

/** A span's attributes while what it shares with others is as it was. */
export interface Compact {
  readonly attributes: Attributes;
  shared: readonly Encoded[];
  /** As it is in there. */
  readonly name: string | undefined;
}

/** Longer than ids and names have a reason to be: the encoder may have to cut it. */
const longest = 512;

/** False where it has to go through the encoder's hands. */
export function isEncoded(one: Shared): one is Encoded {
  if (one.encoded === undefined) one.encoded = encode(one);
  return one.encoded !== null;
}

export function areEncoded(shared: readonly Shared[]): shared is readonly Encoded[] {
  for (const one of shared) if (!isEncoded(one)) return false;
  return true;
}

const scratch = new ByteWriter();

function encode({ attributes, name }: Shared): Uint8Array | null {
  scratch.pos = 0;
  writeHeldShare(scratch, attributes, name);
  const { bytes, pos } = scratch;
  if (pos > longest || bytesMayHoldSecret(bytes, 0, pos)) return null;
  // Out of Node's pool: memory of its own for each turn costs as much as its encoding.
  return Buffer.from(bytes.subarray(0, pos));
}

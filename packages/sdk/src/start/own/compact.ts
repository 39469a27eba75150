import type { Attributes } from "@opentelemetry/api";
import { bytesMayHoldSecret } from "@throughline/core";
import { ByteWriter, writeHeldAttributes } from "@throughline/core/otlp";

import type { Shared } from "../../trace/shared.ts";

/** A span's attributes while what it shares with others is as it was. */
export interface Compact {
  readonly attributes: Attributes;
  readonly shared: readonly Shared[];
  readonly encoded: readonly Uint8Array[];
}

/** Longer than ids and names have a reason to be: the encoder may have to cut it. */
const longest = 512;

/** Undefined where something shared has to go through the encoder's hands. */
export function compactOf(attributes: Attributes, shared: readonly Shared[]): Compact | undefined {
  const encoded: Uint8Array[] = [];
  for (const one of shared) {
    const bytes = one.encoded === undefined ? (one.encoded = encode(one.attributes)) : one.encoded;
    if (bytes === null) return undefined;
    encoded.push(bytes);
  }
  return { attributes, shared, encoded };
}

const scratch = new ByteWriter();

function encode(attributes: Attributes): Uint8Array | null {
  writeHeldAttributes(scratch, attributes);
  const { bytes, pos } = scratch;
  const encoded = scratch.take();
  return pos > longest || bytesMayHoldSecret(bytes, 0, pos) ? null : encoded;
}

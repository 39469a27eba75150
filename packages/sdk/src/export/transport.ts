import type { Answer } from "./answer.ts";
import type { Signal } from "./chunk.ts";

/** The wire to a collector. Never rejects: whatever happens is an answer. */
export interface Transport {
  send(signal: Signal, body: Uint8Array): Promise<Answer>;
  close(): void;
}

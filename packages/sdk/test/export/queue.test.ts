import * as fc from "fast-check";
import { expect, test } from "vitest";

import { nextChunkId, type Chunk } from "../../src/export/chunk.ts";
import { ChunkQueue } from "../../src/export/queue.ts";

type Action =
  | { kind: "offer"; bytes: number }
  | { kind: "take" }
  | { kind: "giveBack" | "settle"; pick: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("offer" as const), bytes: fc.integer({ min: 0, max: 400 }) }),
  fc.record({ kind: fc.constant("take" as const) }),
  fc.record({ kind: fc.constantFrom("giveBack" as const, "settle" as const), pick: fc.nat() }),
);

test("never holds more than its bytes, keeps the order, and hands out each chunk once until it comes back", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000 }),
      fc.array(action, { maxLength: 200 }),
      (limit, actions) => {
        const queue = new ChunkQueue(limit);
        const waiting: Chunk[] = [];
        const inFlight: Chunk[] = [];
        for (const step of actions) {
          if (step.kind === "offer") {
            const chunk: Chunk = {
              signal: "traces",
              id: nextChunkId(),
              records: 1,
              body: new Uint8Array(step.bytes),
            };
            const held = [...waiting, ...inFlight].reduce((sum, { body }) => sum + body.length, 0);
            expect(queue.offer(chunk)).toBe(held + step.bytes <= limit);
            if (held + step.bytes <= limit) waiting.push(chunk);
          } else if (step.kind === "take") {
            const chunk = queue.take();
            expect(chunk).toBe(waiting.shift());
            if (chunk !== undefined) inFlight.push(chunk);
          } else if (inFlight.length > 0) {
            const [chunk] = inFlight.splice(step.pick % inFlight.length, 1);
            if (step.kind === "settle") expect(queue.settle(chunk!)).toBe(true);
            else {
              queue.giveBack(chunk!);
              waiting.push(chunk!);
              waiting.sort((a, b) => a.id - b.id);
            }
          }
          const all = [...inFlight, ...waiting];
          expect(queue.bytes).toBe(all.reduce((sum, { body }) => sum + body.length, 0));
          expect(queue.inFlight).toBe(inFlight.length);
          expect(queue.empty).toBe(all.length === 0);
        }
        expect(queue.drain()).toEqual([...inFlight, ...waiting]);
        expect(queue.bytes).toBe(0);
      },
    ),
  );
});

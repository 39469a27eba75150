import { cpSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { FrameBuilder, readFrames } from "../../src/journal/frame.ts";
import { Journal, leftoversIn } from "../../src/journal/index.ts";
import { emptyFolder, group, key, logRecord, read, spanRecord, writerFolder } from "./writer.ts";

test("of a file cut or spoilt anywhere, every frame before that place is read, and nothing else", () => {
  const frames = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 40 })),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(frames, fc.nat(), fc.boolean(), (contents, place, cut) => {
      const builder = new FrameBuilder();
      const built = contents.map(([kind, payload]) => Buffer.from(builder.build(kind, [payload])));
      const whole = Buffer.concat(built);
      const at = whole.length === 0 ? 0 : place % whole.length;
      const damaged = cut ? whole.subarray(0, at) : Buffer.from(whole);
      if (!cut && whole.length > 0) damaged[at]! ^= 0xff;
      let end = 0;
      const intact = built.filter((frame) => (end += frame.length) <= at);
      expect(
        [...readFrames(damaged)].map(({ kind, payload }) => [kind, Buffer.from(payload)]),
      ).toEqual(
        contents
          .slice(0, whole.length === 0 ? contents.length : intact.length)
          .map(([kind, payload]) => [kind, Buffer.from(payload)]),
      );
    }),
  );
});

type Action =
  | { readonly does: "open" }
  | { readonly does: "end" | "end unopened"; readonly pick: number; readonly chunk: number }
  | { readonly does: "log"; readonly chunk: number }
  | { readonly does: "settle"; readonly chunk: number };

const chunk = fc.integer({ min: 1, max: 6 });
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ does: fc.constant("open" as const) }),
  fc.record({
    does: fc.constantFrom("end" as const, "end unopened" as const),
    pick: fc.nat(),
    chunk,
  }),
  fc.record({ does: fc.constant("log" as const), chunk }),
  fc.record({ does: fc.constant("settle" as const), chunk }),
);

/** What a crash must leave: `span 3`, `log 4` or `open 5`, and of which chunk. */
type State = ReadonlyMap<string, number>;

test("after a crash at any byte, every record that was written and not acknowledged is found, none twice", () => {
  fc.assert(
    fc.property(
      fc.array(action, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 300, max: 3_000 }),
      fc.nat(),
      (actions, segmentBytes, tear) => {
        const root = emptyFolder();
        const journal = new Journal({ folder: root, maxBytes: 1e9, segmentBytes, defaults: {} });
        const run = program(journal);
        let before: State = new Map();
        let sizeBefore: Size = { name: "", bytes: 0 };
        for (const [index, step] of actions.entries()) {
          if (index === actions.length - 1) [before, sizeBefore] = [run.state(), lastSegment(root)];
          run.step(step);
        }
        const after = run.state();
        const size = lastSegment(root);
        const crashed = emptyFolder();
        if (size.bytes > 0) cpSync(writerFolder(root), crashed, { recursive: true });
        journal.close();

        // The process died while the last frame was being written: some of its bytes are missing.
        const torn =
          size.bytes === sizeBefore.bytes ? 0 : tear % (lastFrame(crashed, size.name) + 1);
        if (torn > 0) truncateSync(join(crashed, size.name), size.bytes - torn);

        const { spans, logs } = read(leftoversIn(crashed));
        const found = [
          ...logs.map(({ body }) => Object.values(body!)[0] as string),
          ...spans.map(({ name, attributes }) =>
            attributes.some(({ key }) => key === "throughline.outcome")
              ? name.replace("span", "open")
              : name,
          ),
        ];
        expect(found.length).toBe(new Set(found).size);
        const names = (state: State): string[] => [...state.keys()].toSorted();
        if (torn === 0) expect(found.toSorted()).toEqual(names(after));
        else {
          // The last action happened, or it did not; nothing else, and nothing is in neither form.
          for (const name of found) expect([...names(before), ...names(after)]).toContain(name);
          const number = (name: string): string => name.replace(/\D+/, "");
          const kept = new Set(names(after).map(number));
          for (const name of names(before)) {
            if (kept.has(number(name))) expect(found.map(number)).toContain(number(name));
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

function program(journal: Journal): { step(action: Action): void; state(): State } {
  const traces = group("traces");
  const logs = group("logs");
  const found = new Map<string, number>();
  const open: number[] = [];
  /** Chunks are numbered on and on, and no number comes back after it was settled. */
  const numbers = new Map<number, number>();
  let made = 0;
  let lastChunk = 0;
  const numbered = (chunk: number): number => {
    const known = numbers.get(chunk) ?? ++lastChunk;
    numbers.set(chunk, known);
    return known;
  };
  const end = (span: number, chunk: number): void => {
    journal.ended(traces, chunk, key(span), spanRecord(span));
    found.delete(`open ${span}`);
    found.set(`span ${span}`, chunk);
  };
  return {
    state: () => new Map(found),
    step(action) {
      if (action.does === "open") {
        journal.opened(traces, key(made), spanRecord(made, false));
        found.set(`open ${made}`, 0);
        open.push(made++);
      } else if (action.does === "log") {
        journal.logged(logs, numbered(action.chunk), logRecord(made));
        found.set(`log ${made++}`, numbered(action.chunk));
      } else if (action.does === "settle") {
        const chunk = numbers.get(action.chunk);
        numbers.delete(action.chunk);
        if (chunk === undefined) return;
        journal.settled(chunk);
        for (const [name, of] of found) if (of === chunk) found.delete(name);
      } else if (action.does === "end" && open.length > 0) {
        const [span] = open.splice(action.pick % open.length, 1);
        end(span!, numbered(action.chunk));
      } else end(made++, numbered(action.chunk));
    },
  };
}

interface Size {
  readonly name: string;
  readonly bytes: number;
}

function lastSegment(root: string): Size {
  if (readdirSync(root).length === 0) return { name: "", bytes: 0 };
  const name = readdirSync(writerFolder(root)).toSorted().at(-1) ?? "";
  return { name, bytes: name === "" ? 0 : statSync(join(writerFolder(root), name)).size };
}

function lastFrame(folder: string, name: string): number {
  let length = 0;
  for (const { payload } of readFrames(readFileSync(join(folder, name))))
    length = payload.length + 9;
  return length;
}

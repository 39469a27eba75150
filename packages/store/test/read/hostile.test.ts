import * as fc from "fast-check";
import { expect, test } from "vitest";
import { allRecords, pages } from "../conformance/reading.ts";
import { Story } from "../conformance/story.ts";
import { openHome } from "./support/home.ts";

/** Requests with some bytes changed, cut out or doubled: whatever the store takes of them must be readable. */
test("what was stored can be read, however strange it is", async () => {
  const home = await openHome();
  const story = new Story();
  const session = story.session("s");
  const sane = story.deliveries([
    { trace: "t", span: "a", session, at: 1, attributes: { list: ["a", [1n, true]], n: 1.5 } },
    { trace: "t", span: "b", parent: "a", links: [{ trace: "u", span: "c" }], error: true, at: 2 },
    { trace: "u", span: "c", events: [{ name: "e", attributes: { k: "v" } }], at: 3 },
    { log: "throughline.span.start", trace: "t", on: "d", session, at: 4 },
    { log: "", trace: "t", on: "a", body: ["said", 7n], severity: 17, at: 5 },
  ]);
  const change = fc.record({
    of: fc.nat({ max: sane.length - 1 }),
    at: fc.nat({ max: 2_000 }),
    cut: fc.nat({ max: 6 }),
    put: fc.uint8Array({ maxLength: 6 }),
  });
  let taken = 0;
  await Promise.all(
    fc
      .sample(fc.array(change, { minLength: 1, maxLength: 2 }), { numRuns: 4_000, seed: 11 })
      .map(async (changes) => {
        const [first] = changes;
        const { body, signal } = sane[first?.of ?? 0] ?? {
          body: new Uint8Array(),
          signal: "traces",
        };
        let bytes = Buffer.from(body);
        for (const { at, cut, put } of changes) {
          const place = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]);
        }
        try {
          const { accepted } = await home.writer.append({ signal, body: new Uint8Array(bytes) });
          taken += accepted;
        } catch {
          // Refused: no OTLP.
        }
      }),
  );
  await home.deliver(sane);
  expect(taken).toBeGreaterThan(300);

  const { sessions } = await home.reader.sessions({ limit: 1_000 });
  expect(sessions.map(({ id }) => id)).toContain(session);
  for (const { id } of sessions) await allRecords(home.reader, id, { limit: 5_000 });
  const found = await pages((cursor) =>
    home.reader.search({ since: 0, limit: 1_000, grep: "a", ...cursor }),
  );
  expect(found.length).toBeGreaterThan(0);
  const everything = await pages((cursor) =>
    home.reader.search({ since: 0, limit: 1_000, ...cursor }),
  );
  expect(JSON.parse(JSON.stringify(everything))).toHaveLength(everything.length);
});

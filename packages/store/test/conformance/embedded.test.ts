import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedHome } from "@throughline/store";
import { describeHome } from "./suite.ts";

describeHome("the embedded home", async () => {
  const directory = await mkdtemp(join(tmpdir(), "throughline-home-"));
  const home = await openEmbeddedHome({ directory, gatherMs: 2 });
  return {
    reader: home.reader,
    async deliver(deliveries) {
      // All at once: acknowledged together, filed in this order. The store takes the memory; the definition needs its own.
      await Promise.all(
        deliveries.map((each) => home.writer.append({ ...each, body: each.body.slice() })),
      );
    },
    async close() {
      await home.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
});

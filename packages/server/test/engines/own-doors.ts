import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedHome, openGrafanaHome } from "@throughline/store";

import type { TestHome } from "../../../store/test/conformance/home.ts";
import { serve } from "../../src/index.ts";
import { following } from "./following.ts";

/** The home on Tempo and Loki, with a server of ours in the place of both. */
export async function openOnOwnDoors(): Promise<TestHome> {
  const directory = await mkdtemp(join(tmpdir(), "throughline-engines-"));
  const embedded = await openEmbeddedHome({ directory, gatherMs: 2 });
  const server = await serve({ ...embedded, port: 0, grpcPort: 0, version: "0.0.0-test" });
  const home = openGrafanaHome({
    tempo: `${server.url}/tempo`,
    loki: server.url,
    forward: server.url,
    silenceMs: 7_200_000,
    lookBackMs: 20 * 365 * 86_400_000,
    pollMs: 50,
  });
  const followed = following(home.reader);
  return {
    reader: followed.reader,
    // Opening a session asks some ten questions over HTTP: 150 stories took 72 s.
    stories: 20,
    async deliver(deliveries) {
      await followed.begun();
      // One after the other: of two spans with the same ids the first counts.
      for (const each of deliveries)
        await home.writer?.append({ ...each, body: each.body.slice() });
    },
    async close() {
      await home.close();
      await server.close();
      await embedded.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

import { openGrafanaHome } from "@throughline/store";
import type { TestHome } from "../../packages/store/test/conformance/home.ts";
import { following } from "../../packages/server/test/engines/following.ts";
import { startLoki } from "./loki.ts";
import { startSplitter } from "./splitter.ts";
import { startTempo } from "./tempo.ts";
import { shown } from "./shown.ts";

/** The grafana home on real, empty engines. */
export async function openEnginesHome(): Promise<TestHome> {
  const [tempo, loki] = await Promise.all([startTempo(), startLoki()]);
  const splitter = await startSplitter(tempo.otlp, `${loki.url}/otlp`);
  const home = openGrafanaHome({
    tempo: tempo.url,
    loki: loki.url,
    forward: splitter.url,
    silenceMs: 7_200_000,
    lookBackMs: 7_200_000,
    pollMs: 200,
  });
  const followed = following(home.reader);
  return {
    reader: followed.reader,
    async deliver(deliveries) {
      await followed.begun();
      // One after the other: of two spans with the same ids the first counts.
      for (const each of deliveries)
        await home.writer?.append({ ...each, body: each.body.slice() });
      await shown(tempo.url, deliveries);
    },
    async close() {
      await home.close();
      await splitter.close();
      await Promise.all([tempo.stop(), loki.stop()]);
    },
  };
}

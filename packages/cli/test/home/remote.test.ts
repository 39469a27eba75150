import { setTimeout as pause } from "node:timers/promises";

import { describeHome } from "../../../store/test/conformance/suite.ts";
import { createRemoteReader } from "../../src/home/remote/reader.ts";
import { openBackend } from "../support/backend.ts";

/** A real server over a real store, read over HTTP: everything that the store promises, through the wire. */
describeHome("a server's home", async () => {
  const backend = await openBackend();
  const reader = createRemoteReader({ url: backend.url, token: undefined });
  let following = 0;
  return {
    reader: {
      ...reader,
      async *live(query, signal) {
        following++;
        try {
          yield* reader.live(query, signal);
        } finally {
          following--;
          // One that is not closed yet would be taken for the next.
          while ((await backend.liveClients()) > following) await pause(2);
        }
      },
    },
    async deliver(deliveries) {
      // What is sent before a stream is open is not told on it: on a wire, opening takes a moment.
      await pause(0);
      while ((await backend.liveClients()) < following) await pause(2);
      await Promise.all(deliveries.map((each) => backend.deliver(each)));
    },
    close: () => backend.close(),
  };
});

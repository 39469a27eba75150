import { setTimeout as pause } from "node:timers/promises";
import type { SessionReader } from "@throughline/store";

/** A reader whose live streams begin where it was asked, and a way to wait for that. */
export interface Following {
  readonly reader: SessionReader;
  /** Resolves once every stream that was asked for has begun. */
  begun(): Promise<void>;
}

/** Follows as LiveQuery says: from the cursor of a first page. Engines are polled, so else the first look is the beginning. */
export function following(reader: SessionReader): Following {
  let beginning = 0;
  const isBeginning = (): boolean => beginning > 0;
  return {
    reader: {
      ...reader,
      async *live(query, signal) {
        const { cursor, session } = query;
        beginning++;
        let begins = true;
        const begun = (): void => {
          if (begins) beginning--;
          begins = false;
        };
        try {
          if (cursor !== undefined || session === undefined) {
            // A cursor that is none is answered with a gap, and that is the beginning.
            if (session === undefined || isOurs(cursor)) begun();
            for await (const event of reader.live(query, signal)) {
              begun();
              yield event;
            }
            return;
          }
          const { live } = await reader.records(session, { limit: 1 });
          begun();
          yield* reader.live(live === undefined ? query : { ...query, cursor: live }, signal);
        } finally {
          begun();
        }
      },
    },
    async begun() {
      await pause(0);
      while (isBeginning()) await pause(2);
    },
  };
}

function isOurs(cursor = ""): boolean {
  return /^[0-9a-f-]{36}\./.test(cursor);
}

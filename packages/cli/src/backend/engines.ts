import type { Profile } from "@throughline/core";
import type { ServeOptions } from "@throughline/server";
import type { GrafanaHome } from "@throughline/store";

import { UsageError } from "../exit-codes.ts";

export interface EngineOptions {
  readonly tempo?: string;
  readonly loki?: string;
  /** Where telemetry that comes in is handed on to. */
  readonly forward?: string;
  readonly selector?: string;
  readonly profile?: Profile;
}

type Home = Pick<ServeOptions, "reader" | "writer" | "engines"> & { close(): Promise<void> };

/** Sessions in Tempo and Loki: read there, handed on to there, and nothing kept here. */
export async function openEngines(options: EngineOptions): Promise<Home> {
  const { openGrafanaHome, ReadRefusal, StoreRefusal } = await import("@throughline/store");
  const open = (): GrafanaHome => {
    try {
      return openGrafanaHome(options);
    } catch (error) {
      throw error instanceof ReadRefusal ? new UsageError(`--selector: ${error.message}`) : error;
    }
  };
  const home = open();
  const { loki, tempo } = options;
  return {
    reader: home.reader,
    writer: home.writer ?? {
      append: () =>
        Promise.reject(
          new StoreRefusal(
            "failed",
            "This server only reads from Tempo and Loki; with --forward URL it hands telemetry on.",
          ),
        ),
    },
    engines: { ...(tempo !== undefined && { tempo }), ...(loki !== undefined && { loki }) },
    close: () => home.close(),
  };
}

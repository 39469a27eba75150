import { type EmbeddedHome, type EmbeddedOptions, openEmbeddedHome } from "@throughline/store";
import type { Delivery } from "@throughline/store";
import { onTestFinished } from "vitest";
import { temporaryDirectory } from "../../embedded/support/store.ts";

export interface OpenedHome extends EmbeddedHome {
  readonly directory: string;
  /** What the operator would have seen. */
  readonly reported: readonly string[];
  /** In this order; acknowledged when it resolves. */
  deliver(deliveries: readonly Delivery[]): Promise<void>;
}

export async function openHome(options: Partial<EmbeddedOptions> = {}): Promise<OpenedHome> {
  const directory = options.directory ?? temporaryDirectory();
  const reported: string[] = [];
  const report = (line: string): void => void reported.push(line);
  const home = await openEmbeddedHome({ gatherMs: 2, report, ...options, directory });
  onTestFinished(() => home.close());
  return {
    ...home,
    directory,
    reported,
    async deliver(deliveries) {
      await Promise.all(
        deliveries.map((each) => home.writer.append({ ...each, body: each.body.slice() })),
      );
    },
  };
}

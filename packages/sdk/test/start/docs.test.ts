import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { dropReasons } from "@throughline/sdk/delivery";
import { describe, expect, test } from "vitest";

import { attributesOf, Collector } from "../export/collector.ts";

const page = readFileSync(new URL("../../../../docs/delivery.md", import.meta.url), "utf8");
const home = fileURLToPath(new URL("../..", import.meta.url));
const snippets = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? "");

describe("docs/delivery.md", () => {
  test.each(snippets)("what it shows runs and arrives: %#", async (code) => {
    await using collector = await Collector.start();
    const child = promisify(execFile)(
      process.execPath,
      ["--conditions=@throughline/source", "--input-type=module-typescript", "-"],
      { cwd: home, env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } },
    );
    child.child.stdin?.end(code);
    await child;
    expect(collector.spans.length).toBeGreaterThan(1);
    expect(collector.logs.length).toBeGreaterThan(1);
    for (const record of [...collector.spans, ...collector.logs]) {
      expect(attributesOf(record)["session.id"]).toMatch(/^thread-4[23]$/);
    }
  });

  test("names every reason to drop something, and no other", () => {
    const named = [...page.matchAll(/^\| `dropped\.(\w+)`/gm)].map(([, reason]) => reason);
    expect(named).toEqual([...dropReasons]);
  });

  test("names every variable that is read", () => {
    for (const file of [
      "export/settings.ts",
      "start/start.ts",
      "start/sampler.ts",
      "start/propagator.ts",
    ]) {
      const code = readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8");
      for (const [name] of code.matchAll(/\bOTEL_[A-Z_]+[A-Z]\b/g)) expect(page).toContain(name);
    }
  });
});

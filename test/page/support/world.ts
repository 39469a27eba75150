import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve, type Serving } from "@throughline/server";
import { openEmbeddedHome, type SessionReader } from "@throughline/store";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";

import { launch } from "./chromium.ts";

export interface World {
  readonly url: string;
  readonly reader: SessionReader;
  /** A page of its own for one test. What it reports as an error fails the test. */
  readonly open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  /** One export request in OTLP/JSON. */
  readonly send: (signal: "traces" | "logs", body: string) => Promise<void>;
  /** What a recorded coding agent sent. */
  readonly replay: (agent: string) => Promise<void>;
  /** The two sessions of the demo agent: a refund in Slack, a report with an error on the command line. */
  readonly demo: () => Promise<void>;
}

/** A real backend on a real store, and a real browser, for all tests of a file. */
export function world(fill: (world: World) => Promise<void>, token?: string): () => World {
  let opened: Opened | undefined;
  beforeAll(async () => {
    opened = await open(token);
    await fill(opened);
  });
  afterAll(() => opened?.close());
  return () => {
    if (opened === undefined) throw new Error("asked for before it was opened");
    return opened;
  };
}

interface Opened extends World {
  close(): Promise<void>;
}

async function open(token: string | undefined): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), "throughline-page-"));
  const home = await openEmbeddedHome({ directory });
  const [browser, serving] = await Promise.all([
    launch(),
    serve({
      ...home,
      version: "0.0.0-test",
      port: 0,
      grpcPort: 0,
      ...(token !== undefined && { token }),
    }),
  ]);
  const { url } = serving;
  const send: World["send"] = async (signal, body) => {
    const headers = {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(`${url}/v1/${signal}`, { method: "POST", headers, body });
    expect(await response.text()).toBe("{}");
  };
  return {
    url,
    reader: home.reader,
    send,
    open: (path, options) => openPage(browser, url + path, options),
    replay: async (agent) => {
      for (const signal of ["traces", "logs"] as const) {
        const file = new URL(`../../fixtures/agents/${agent}/${signal}.jsonl`, import.meta.url);
        const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
        for (const line of lines) await send(signal, line);
      }
    },
    demo: () => runDemo(serving),
    close: async () => {
      await browser.close();
      await serving.close();
      await home.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ viewport, locale: "en-US", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  // A violated Content-Security-Policy is told here too.
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) wrong.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(wrong).toEqual([]);
  });
  await page.goto(address);
  await page.locator("header.top, input[name=token]").waitFor();
  return page;
}

/** Waits for a condition for as long as a busy machine may take. */
export function eventually<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 20_000 });
}

async function runDemo({ url }: Serving): Promise<void> {
  const agent = fileURLToPath(new URL("../../../packages/cli/src/demo/agent.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@throughline/source", agent], {
    env: {
      PATH: process.env["PATH"],
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "SPAN_ONLY",
    },
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
}

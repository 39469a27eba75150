/**
 * Takes the pictures of the page that the docs show: `npm run docs:images`. What is on them is real: the support agent of
 * examples/ against the pretend model, and what coding agents sent when they were recorded.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pretendModel } from "@throughline-examples/pretend-model";
import { serve } from "@throughline/server";
import { openEmbeddedHome } from "@throughline/store";

import { launch } from "../test/page/support/chromium.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const images = join(root, "docs/images");
const recorded = ["claude-code-two-turns", "codex", "gemini-cli-two-turns", "qwen-code-two-turns"];

const directory = mkdtempSync(join(tmpdir(), "throughline-images-"));
const home = await openEmbeddedHome({ directory });
const serving = await serve({ ...home, version: "docs", port: 0, grpcPort: 0 });
const browser = await launch();
try {
  mkdirSync(images, { recursive: true });
  for (const name of recorded) await replay(name);
  await talk();
  const codex = (await home.reader.sessions({ grep: "codex" })).sessions[0]?.id ?? "";
  await picture("sessions", "/", "light", ".list tbody tr");
  await picture("session", "/sessions/web-refund", "light", ".row", chooseTool);
  await picture("session-dark", "/sessions/web-refund", "dark", ".row");
  await picture(
    "transcript",
    "/sessions/web-refund?tab=transcript",
    "light",
    ".transcript .message",
  );
  await picture("contract", `/sessions/${codex}?tab=contract`, "light", ".finding");
  await picture("compare", "/compare?a=web-refund&b=web-jacket", "dark", ".steps tbody tr");
} finally {
  await browser.close();
  await serving.close();
  await home.close();
  rmSync(directory, { recursive: true, force: true });
}

async function replay(name: string): Promise<void> {
  for (const signal of ["traces", "logs"]) {
    const file = join(root, "test/fixtures/agents", name, `${signal}.jsonl`);
    for (const body of readFileSync(file, "utf8").split("\n")) {
      if (body === "") continue;
      const headers = { "content-type": "application/json" };
      await fetch(`${serving.url}/v1/${signal}`, { method: "POST", headers, body });
    }
  }
}

/** Two customers on the web, one of whom thinks for a while. */
async function talk(): Promise<void> {
  const model = await pretendModel();
  const main = join(root, "examples/support-agent/src/main.ts");
  const agent = spawn(process.execPath, ["--conditions=@throughline/source", main], {
    env: {
      ...process.env,
      PORT: "0",
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: "none",
      OTEL_EXPORTER_OTLP_ENDPOINT: serving.url,
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "SPAN_ONLY",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let said = "";
  agent.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  while (!said.includes("listening at")) await once(agent.stdout, "data");
  const url = /listening at (\S+)/.exec(said)?.[1] ?? "";
  const chat = (thread: string, text: string) =>
    fetch(`${url}/chat`, { method: "POST", body: JSON.stringify({ thread, text }) });
  await chat("refund", "The jacket of order 4711 is too small. I want my money back.");
  await chat("jacket", "Do you have this jacket in blue?");
  await pause(8_000);
  await chat("refund", "Yes please, to my card.");
  agent.stdin.end();
  agent.kill("SIGTERM");
  await once(agent, "close");
  await model.stop();
  await pause(1_000);
}

type Act = (page: Awaited<ReturnType<typeof browser.newPage>>) => Promise<void>;

async function picture(
  name: string,
  path: string,
  colorScheme: "dark" | "light",
  ready: string,
  act: Act = async () => {},
): Promise<void> {
  const viewport = { width: 1360, height: 820 };
  const page = await browser.newPage({ viewport, colorScheme, locale: "en-US" });
  await page.goto(serving.url + path);
  await page.locator(ready).first().waitFor();
  await act(page);
  await pause(800);
  await page.screenshot({ path: join(images, `${name}.png`) });
  await page.close();
  console.error(`throughline: docs/images/${name}.png`);
}

async function chooseTool(page: Parameters<Act>[0]): Promise<void> {
  await page.keyboard.press("g");
  await page.getByRole("treeitem", { name: /^llm/ }).first().click();
  await page.locator(".details .fields").first().waitFor();
}

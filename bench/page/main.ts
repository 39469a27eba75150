/**
 * `npm run bench -- page [records]`: a session of 50,000 records in the page (how long until something is seen, what scrolling
 * costs the main thread, how much memory it takes), a live one at 200 records a second, and how many bytes the page is.
 */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@throughline/server";
import { openEmbeddedHome } from "@throughline/store";
import type { CDPSession, Page } from "playwright-core";

import { launch } from "../../test/page/support/chromium.ts";
import { fillLong, type Send, speakLive } from "./sessions.ts";
import { frames, heaps, percentile, settled } from "./frames.ts";

const rounds = 3;

export async function run([given = "50000", seconds = "60"]: string[]): Promise<void> {
  const records = Number(given);
  const directory = await mkdtemp(join(tmpdir(), "throughline-bench-page-"));
  const home = await openEmbeddedHome({ directory });
  const serving = await serve({ ...home, version: "bench", port: 0, grpcPort: 0 });
  const browser = await launch();
  const send: Send = async (signal, body) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${serving.url}/v1/${signal}`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(await response.text());
  };
  try {
    await fillLong(send, "long", records);
    for (let round = 1; round <= rounds; round++) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: "en-US",
      });
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      await openLong(page, devtools, serving.url, records, round);
      await context.close();
    }
    await live(await browser.newPage(), serving.url, send, Number(seconds));
    await sizes();
  } finally {
    await browser.close();
    await serving.close();
    await home.close();
    await rm(directory, { recursive: true, force: true });
  }
}

const scroll = `
  const scroller = document.querySelector(".scroller");
  if (frame % 60 === 59) scroller.scrollTo(0, scroller.scrollHeight * Math.random());
  else scroller.scrollBy(0, 173);
`;

async function openLong(
  page: Page,
  devtools: CDPSession,
  url: string,
  records: number,
  round: number,
): Promise<void> {
  await page.goto(url);
  const row = page.getByRole("row").filter({ hasText: "long" }).getByRole("link");
  await row.waitFor();
  const began = performance.now();
  await row.click();
  await page.locator(".row .title").first().waitFor();
  const first = performance.now() - began;
  await page
    .locator(".pulse", { hasText: "read" })
    .waitFor({ state: "detached", timeout: 120_000 });
  const all = performance.now() - began;
  await settled(page);

  // A steady scroll, and now and then a jump to where nothing was drawn before.
  const scrolling = await frames(page, devtools, scroll);
  // The last frame was a jump: its rows come a moment later.
  await page.locator(".row").first().waitFor();
  const rows = await page.locator(".row").count();
  const heap = await heaps(devtools);
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(
    [
      `round ${round}, ${records} records:`,
      `first rows after ${first.toFixed(0)} ms, all after ${(all / 1000).toFixed(1)} s;`,
      `scrolling: main thread ${percentile(scrolling, 0.5).toFixed(1)} ms a frame, p95 ${percentile(scrolling, 0.95).toFixed(1)} ms;`,
      `heap: page ${mb(heap.page)}, worker ${mb(heap.workers)}; ${rows} rows drawn`,
    ].join(" "),
  );
}

async function live(page: Page, url: string, send: Send, seconds: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const speaking = speakLive(send, "spoken", 200, seconds);
  await page.goto(`${url}/sessions/spoken`).catch(() => {});
  while ((await page.locator(".row").count()) === 0) {
    await page.waitForTimeout(200);
    await page.reload();
    await page.locator(".row, .empty").first().waitFor();
  }
  const answers: number[] = [];
  const costs: number[] = [];
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    costs.push(...(await frames(page, devtools, "", 30)));
    const began = performance.now();
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    answers.push(performance.now() - began);
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
  }
  const sent = await speaking;
  const began = performance.now();
  await page.locator(".scroller").evaluate((scroller) => scroller.scrollTo(0, 0));
  const wanted = sent + 1;
  const shown = () => page.locator(".rows").evaluate((rows) => Math.round(rows.clientHeight / 26));
  while ((await shown()) < wanted && performance.now() - began < 30_000)
    await page.waitForTimeout(50);
  console.log(
    [
      `live, 200 records a second for ${seconds} s: ${await shown()} of ${wanted} rows`,
      `${((performance.now() - began) / 1000).toFixed(1)} s after the last;`,
      `a key is answered in ${percentile(answers, 0.5).toFixed(0)} ms, p95 ${percentile(answers, 0.95).toFixed(0)} ms;`,
      `main thread ${percentile(costs, 0.5).toFixed(1)} ms a frame, p95 ${percentile(costs, 0.95).toFixed(1)} ms`,
    ].join(" "),
  );
}

async function sizes(): Promise<void> {
  const folder = new URL("../../packages/server/page/assets/", import.meta.url);
  let gzip = 0;
  let brotli = 0;
  for (const name of await readdir(folder)) {
    const { size } = await stat(new URL(name, folder));
    if (name.endsWith(".gz")) gzip += size;
    if (name.endsWith(".br")) brotli += size;
  }
  const kb = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;
  console.log(`the page, charts and worker included: ${kb(gzip)} gzip, ${kb(brotli)} brotli`);
}

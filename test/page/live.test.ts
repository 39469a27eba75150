import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { logs, spanId, spans, traceId } from "./support/spans.ts";
import { eventually, world } from "./support/world.ts";

const began = Date.now() - 5_000;
const turn = { session: "live", id: 0, step: "turn", name: "turn", took: 60_000 };
const opened = world(async ({ send }) => {
  await send(
    "traces",
    spans(began, [turn, { session: "live", id: 1, under: 0, step: "tool", at: 5 }]),
  );
  const many = Array.from({ length: 120 }, (_, n) => ({
    session: "live",
    at: 10 + n,
    under: 0,
    body: `line ${n}`,
  }));
  await send("logs", logs(began, many));
});

const rowsTall = (page: Page) => page.locator(".rows").evaluate((rows) => rows.clientHeight / 26);
const scrollTop = (page: Page) => page.locator(".scroller").evaluate((frame) => frame.scrollTop);

test("a new session waits behind a chip, and the rows that are there change in their place", async () => {
  const { open, send } = opened();
  const page = await open("/");
  const row = page.getByRole("row").filter({ hasText: "live" });
  await row.waitFor();
  await page.getByText("live", { exact: true }).first().waitFor();
  await send("traces", spans(Date.now(), [{ session: "newcomer", id: 900 }]));
  await page.getByRole("button", { name: "1 new" }).waitFor();
  expect(await page.getByRole("row").filter({ hasText: "newcomer" }).count()).toBe(0);
  const before = await row.textContent();
  await send("logs", logs(Date.now(), [{ session: "live", body: "more", severity: 13 }]));
  await eventually(() => row.textContent()).not.toBe(before);
  expect(await page.locator("table.list tbody tr").count()).toBe(1);
  await page.keyboard.press(".");
  await page.getByRole("row").filter({ hasText: "newcomer" }).waitFor();
});

test("who follows sees the end, and who reads elsewhere is not moved", async () => {
  const { open, send } = opened();
  const page = await open("/sessions/live?level=info");
  const follow = page.getByRole("button", { name: "Follow" });
  await follow.waitFor();
  // A live session opens at its end.
  await eventually(() => follow.getAttribute("aria-pressed")).toBe("true");
  await eventually(() => scrollTop(page)).toBeGreaterThan(1_000);
  const atEnd = await scrollTop(page);
  await send("logs", logs(began, [{ session: "live", at: 4_900, under: 0, body: "the newest" }]));
  await page.getByRole("treeitem", { name: /the newest/ }).waitFor();
  expect(await scrollTop(page)).toBeGreaterThan(atEnd);

  // Somebody scrolls away: following ends, what comes in is counted, and rows that come in above move nothing.
  await page.locator(".scroller").hover();
  await page.mouse.wheel(0, -1_500);
  await eventually(() => follow.getAttribute("aria-pressed")).toBe("false");
  const line = page.getByRole("treeitem", { name: /line 6\d/ }).first();
  await line.waitFor();
  const said = (await line.textContent()) ?? "";
  const place = await line.boundingBox();
  const tall = await rowsTall(page);
  const above = Array.from({ length: 20 }, (_, n) => ({
    session: "live",
    at: 6,
    under: 0,
    body: `late ${n}`,
  }));
  await send("logs", logs(began, above));
  await page.getByRole("button", { name: "20 new records" }).waitFor();
  await eventually(() => rowsTall(page)).toBe(tall + 20);
  const same = page.getByRole("treeitem").filter({ hasText: said }).first();
  await eventually(async () => Math.round((await same.boundingBox())?.y ?? 0)).toBe(
    Math.round(place?.y ?? -1),
  );
  await page.getByRole("button", { name: "20 new records" }).click();
  await page.getByRole("treeitem", { name: /the newest/ }).waitFor();
});

test("open details stay open and keep their record while the session grows", async () => {
  const { open, send } = opened();
  const page = await open("/sessions/live");
  await page.locator(".row").first().waitFor();
  await page.keyboard.press("g");
  await page.getByRole("treeitem", { name: /^tool/ }).click();
  const heading = page.locator(".details h2");
  await eventually(() => heading.textContent()).toBe("step");
  const before = page.url();
  await send("logs", logs(began, [{ session: "live", at: 7, under: 0, body: "in between" }]));
  await page
    .getByRole("treeitem", { name: /in between/ })
    .first()
    .waitFor();
  expect(await heading.textContent()).toBe("step");
  expect(page.url()).toBe(before);
});

test("work under way is an open bar, and becomes the span when that has ended", async () => {
  const { open, send } = opened();
  const start = Date.now();
  const attributes = {
    "throughline.span.name": "execute_tool slow",
    "throughline.span.start_time_unix_nano": `${BigInt(start) * 1_000_000n}`,
    "throughline.span.parent_id": spanId(0),
    "throughline.step": "tool",
    "gen_ai.tool.name": "slow",
  };
  const announced = {
    session: "slow",
    under: 77,
    body: "",
    event: "throughline.span.start",
    attributes,
  };
  await send("logs", logs(start, [announced]));
  const page = await open("/sessions/slow");
  const row = page.getByRole("treeitem", { name: /slow/ }).first();
  await row.locator(".bar.open").waitFor();
  expect(await row.textContent()).toContain("open");
  expect(await page.locator(".session-name .word").textContent()).toBe("live");
  const ended = { session: "slow", id: 77, step: "tool", name: "execute_tool slow", took: 400 };
  await send("traces", spans(start, [{ ...ended, attributes: { "gen_ai.tool.name": "slow" } }]));
  await eventually(() => row.textContent()).toContain("400 ms");
  expect(await row.locator(".bar.open").count()).toBe(0);
  expect(traceId).toHaveLength(32);
});

test("under load the page keeps up and stays at hand", async () => {
  const { open, send } = opened();
  const start = Date.now();
  await send("traces", spans(start, [{ session: "busy", id: 5_000, step: "turn", took: 60_000 }]));
  const page = await open("/sessions/busy");
  await page.locator(".row").first().waitFor();
  let sent = 0;
  for (let batch = 0; batch < 20; batch++) {
    const lines = Array.from({ length: 50 }, () => ({
      session: "busy",
      at: ++sent,
      under: 5_000,
      body: `busy ${sent}`,
    }));
    await send("logs", logs(start, lines));
    if (batch === 10) {
      // In the midst of it a key is answered.
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
    }
  }
  await eventually(() => rowsTall(page)).toBe(1_001);
});

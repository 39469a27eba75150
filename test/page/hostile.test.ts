import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { logs, type Sent, spans } from "./support/spans.ts";
import { eventually, world } from "./support/world.ts";

const began = Date.now() - 3_600_000;
const attack = `<script>hacked=1</script><img src=x onerror="hacked=1">"'\`javascript:hacked=1`;
const messages = (text: string) =>
  JSON.stringify([{ role: `user${attack}`, parts: [{ type: "text", content: text }] }]);
const markdown = [
  attack,
  "[click](javascript:hacked=1) <a href='javascript:hacked=1'>x</a>",
  "![pixel](http://127.0.0.1:9/pixel.png)",
  "<style>body{display:none}</style><iframe src=/></iframe>",
  "```html\n</pre></code><script>hacked=1</script>\n```",
  "| a | b |\n|-|-|\n| <b onclick=hacked=1> | c |",
].join("\n\n");

const opened = world(async ({ send }) => {
  const session = `evil ${attack}`;
  const attributes = {
    [attack]: attack,
    "gen_ai.agent.name": attack,
    "throughline.channel.type": attack,
    "throughline.channel.id": "\u202egnp.exe",
    "gen_ai.request.model": attack,
    "gen_ai.tool.name": attack,
    "gen_ai.tool.call.arguments": attack,
    "gen_ai.input.messages": messages(markdown),
    "gen_ai.output.messages": messages(`${attack}\u200b`),
    __proto__polluted: "1",
    constructor: attack,
  };
  const each = ["turn", "llm", "tool", "agent"].map((step, id) => ({
    session,
    id,
    ...(id > 0 && { under: 0 }),
    step,
    name: `${attack}\u202e`,
    took: 10 - id,
    error: step === "tool",
    attributes: { ...attributes, "error.type": attack },
  }));
  await send("traces", spans(began, each));
  await send(
    "logs",
    logs(began, [
      {
        session,
        body: attack,
        event: attack,
        severity: 17,
        under: 0,
        attributes: { [attack]: attack },
      },
    ]),
  );

  const deep: Sent[] = Array.from({ length: 10_000 }, (_, id) => ({
    session: "deep",
    id: 10_000 + id,
    ...(id > 0 && { under: 9_999 + id }),
    at: id / 100,
    took: 200 - id / 100,
  }));
  for (let from = 0; from < deep.length; from += 2_500) {
    await send("traces", spans(began, deep.slice(from, from + 2_500)));
  }
  await send(
    "traces",
    spans(began, [
      { session: "odd", id: 30_001, under: 30_002, name: "one of a ring" },
      { session: "odd", id: 30_002, under: 30_001, name: "the other of the ring", at: 2 },
      { session: "odd", id: 30_003, under: 39_999, name: "without its parent", at: 4 },
      { session: "odd", id: 30_004, name: "parent", at: 100, took: 50 },
      { session: "odd", id: 30_005, under: 30_004, name: "before its parent", at: 10 },
      { session: "odd", id: 30_006, name: "ends before it begins", at: 120, took: -60 },
      { session: "odd", id: 30_007, name: "in the year 2200", at: 174 * 365 * 86_400_000 },
    ]),
  );
  const long = `<b>${"0123456789".repeat(500_000)}</b>`;
  await send(
    "traces",
    spans(began, [
      {
        session: "long",
        id: 40_000,
        step: "llm",
        name: long.slice(0, 60_000),
        attributes: { "gen_ai.input.messages": messages(long) },
      },
    ]),
  );
  await send("logs", logs(began, [{ session: "long", body: long, under: 40_000 }]));
});

const nothingRan = async (page: Page) => {
  expect(await page.evaluate("typeof hacked")).toBe("undefined");
  expect(
    await page
      .locator("#app img, #app iframe, #app script, #app style, #app a[href^=javascript]")
      .count(),
  ).toBe(0);
};

test("no text of a session runs, loads or restyles anything, on any view", async () => {
  const { open, url } = opened();
  const page = await open("/");
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) foreign.push(request.url());
  });
  const row = page.getByRole("row").filter({ hasText: "evil" });
  await row.waitFor();
  expect(await row.textContent()).toContain("<script>");
  expect(await row.textContent()).toContain("⟨U+202E⟩");
  await nothingRan(page);
  await row.getByRole("link").click();
  await page.locator(".row").first().waitFor();
  for (let index = 0; index < 4; index++) {
    await page.locator(".row").nth(index).click();
    await page.locator(".details .fields").first().waitFor();
    await nothingRan(page);
  }
  for (const key of ["2", "3", "4", "5"]) {
    await page.keyboard.press(key);
    await page.locator("[role=tabpanel] > *").first().waitFor();
    if (key === "2") await page.locator(".transcript .message").first().waitFor();
    await nothingRan(page);
  }
  await page.keyboard.press("c");
  await page.getByRole("menuitem", { name: "Command" }).waitFor();
  expect(await page.getByRole("menuitem", { name: "Command" }).textContent()).toContain(
    "'evil <script>",
  );
  await nothingRan(page);
  expect(foreign).toEqual([]);
});

test("a tree of 10,000 levels is walked like any other", async () => {
  const page = await opened().open("/sessions/deep");
  await page.locator(".row").first().waitFor();
  await eventually(() => page.locator(".rows").evaluate((rows) => rows.clientHeight)).toBe(
    10_000 * 26,
  );
  await page.keyboard.press("G");
  await eventually(() => page.locator(".row.current").getAttribute("aria-level")).toBe("10000");
  await page.keyboard.press("Enter");
  await page.locator(".details .path button").first().waitFor();
  expect(await page.locator(".row").count()).toBeLessThan(100);
});

test("rings, missing parents and clocks that disagree are shown for what they are", async () => {
  const page = await opened().open("/sessions/odd");
  const odd = (name: string) =>
    page.getByRole("treeitem", { name }).locator(".odd").allTextContents();
  await page.getByRole("treeitem", { name: "without its parent" }).waitFor();
  expect(await odd("without its parent")).toEqual(["orphan"]);
  expect(await odd("before its parent")).toEqual(["early"]);
  expect([...(await odd("one of a ring")), ...(await odd("the other of the ring"))]).toContain(
    "cycle",
  );
  await page.getByRole("treeitem", { name: "ends before it begins" }).waitFor();
});

test("5 MB in one field are cut with a word, and the page stays at hand", async () => {
  const page = await opened().open("/sessions/long");
  await page.locator(".row.span").first().click();
  const cut = page.locator(".details .cut").first();
  await cut.waitFor();
  expect(await cut.textContent()).toMatch(/^[\d\u202f]+ more characters not shown/);
  await page.keyboard.press("2");
  await page.locator(".transcript .message").first().waitFor();
  await page.keyboard.press("3");
  await page.locator(".line").first().waitFor();
  expect(await page.evaluate("document.body.textContent.length")).toBeLessThan(200_000);
});

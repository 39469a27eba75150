import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { keys, keysOfView } from "../../packages/web/src/app/key-table.ts";
import { spans } from "./support/spans.ts";
import { eventually, world } from "./support/world.ts";

const began = Date.now() - 3_600_000;
const step = (id: number, under: number, at: number, told: object = {}) => ({
  session: "keys",
  id,
  under,
  at,
  step: "tool",
  name: `tool ${id}`,
  attributes: { "gen_ai.tool.name": `tool ${id}` },
  ...told,
});
const opened = world(async ({ send }) => {
  const turn = (id: number, at: number) => ({
    session: "keys",
    id,
    at,
    step: "turn",
    name: "turn",
    took: 90,
  });
  await send(
    "traces",
    spans(began, [
      turn(0, 0),
      step(1, 0, 10, { took: 20 }),
      step(2, 1, 12),
      step(3, 0, 40, { error: true }),
      turn(10, 100),
      step(11, 10, 110),
      step(12, 10, 120, { error: true }),
      step(13, 10, 130),
    ]),
  );
  await send("traces", spans(began, [{ session: "other", id: 500 }]));
});

const cursor = async (page: Page): Promise<string> => {
  const row = page.locator(".row.current .title");
  return (await row.count()) === 0 ? "" : ((await row.textContent()) ?? "");
};

/** Presses keys one after the other; after each the cursor must come to stand where it is said. */
async function walk(
  page: Page,
  steps: readonly (readonly [key: string, at: string])[],
): Promise<void> {
  for (const [key, at] of steps) {
    await page.keyboard.press(key);
    await eventually(async () => `${key}: ${await cursor(page)}`).toBe(`${key}: ${at}`);
  }
}

test("each key of the tree does what help says", async () => {
  const page = await opened().open("/sessions/keys");
  await eventually(() => cursor(page)).toBe("tool 3");
  await walk(page, [
    ["g", "Turn 1"],
    ["j", "tool 1"],
    ["ArrowDown", "tool 2"],
    ["k", "tool 1"],
    ["ArrowUp", "Turn 1"],
    ["G", "tool 13"],
    ["Home", "Turn 1"],
    ["End", "tool 13"],
    ["[", "Turn 2"],
    ["[", "Turn 1"],
    ["]", "Turn 2"],
    ["g", "Turn 1"],
    ["e", "tool 3"],
    ["e", "tool 12"],
    ["e", "tool 3"],
    ["E", "tool 12"],
    ["g", "Turn 1"],
    ["l", "tool 1"],
    ["ArrowRight", "tool 2"],
    ["h", "tool 1"],
  ]);
  await page.keyboard.press("h");
  await eventually(() => page.getByRole("treeitem", { name: /tool 2/ }).count()).toBe(0);
  await page.keyboard.press("ArrowRight");
  await page.getByRole("treeitem", { name: /tool 2/ }).waitFor();
  await walk(page, [["ArrowLeft", "tool 1"]]);
  await page.keyboard.press("l");
  await page.getByRole("treeitem", { name: /tool 2/ }).waitFor();
});

test("details, depth, zoom, search, tabs and theme have their keys, and the address keeps what they did", async () => {
  const page = await opened().open("/sessions/keys");
  const query = () => new URL(page.url()).searchParams;
  await eventually(() => cursor(page)).toBe("tool 3");
  await page.keyboard.press("Enter");
  await page.locator(".details h2").waitFor();
  await page.keyboard.press("j");
  await eventually(() => page.locator(".details h2").textContent()).toBe("Turn 2");
  await page.keyboard.press("Escape");
  await eventually(() => page.locator(".details").count()).toBe(0);

  await page.keyboard.press("-");
  await eventually(() => query().get("depth")).toBe("1");
  await page.keyboard.press("-");
  await eventually(() => page.locator(".row").count()).toBe(2);
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  await eventually(() => query().get("depth")).toBeNull();

  await page.keyboard.press("g");
  await eventually(() => cursor(page)).toBe("Turn 1");
  await page.keyboard.press("z");
  await eventually(() => query().get("range")).toMatch(/^0-0\.\d+$/);
  await page.keyboard.press("0");
  await eventually(() => query().get("range")).toBeNull();

  await page.keyboard.press("/");
  await page.keyboard.type('"tool 1"');
  await eventually(() => query().get("find")).toBe('"tool 1"');
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await walk(page, [
    ["n", "tool 1"],
    ["n", "tool 11"],
    ["N", "tool 1"],
  ]);
  const tabs = ["timeline", "transcript", "logs", "charts", "contract"];
  for (const [index, tab] of tabs.entries()) {
    await page.keyboard.press(String(index + 1));
    await eventually(() => page.locator("[role=tab][aria-selected=true]").getAttribute("id")).toBe(
      `tab-${tab}`,
    );
  }
  await page.goBack();
  await eventually(() => query().get("tab")).toBe("charts");

  await page.keyboard.press("t");
  await eventually(() => page.locator("html").getAttribute("data-theme")).toBe("light");
  await page.reload();
  await eventually(() => page.locator("html").getAttribute("data-theme")).toBe("light");
  expect(query().get("find")).toBe('"tool 1"');
});

test("the session is copied as a link, a command and queries", async () => {
  const page = await opened().open("/sessions/keys", {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await page.locator(".row").first().waitFor();
  const copied = {
    Link: /\/sessions\/keys$/,
    Command: /^throughline show keys$/,
    TraceQL: /^\{ span\.session\.id = "keys" \}$/,
    LogQL: /^\{service_name=~".\+"\} \| session_id="keys"$/,
  };
  for (const [name, text] of Object.entries(copied)) {
    await page.keyboard.press("c");
    await page.getByRole("menuitem", { name }).click();
    await eventually(() => page.evaluate("navigator.clipboard.readText()")).toMatch(text);
    await page.getByRole("menu").waitFor({ state: "detached" });
  }
});

test("the list is walked by keys too, and two sessions are compared from it", async () => {
  const page = await opened().open("/");
  await page.locator("table.list tbody tr").nth(1).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByText("choose the other").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.locator(".versus").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("table.list tbody tr").first().waitFor();
  await page.keyboard.press("G");
  await page.keyboard.press("Enter");
  await eventually(() => new URL(page.url()).pathname).toMatch(/^\/sessions\//);
  await page.locator(".row").first().waitFor();
  await page.keyboard.press("Escape");
  await eventually(() => new URL(page.url()).pathname).toBe("/");
});

/** The line of the table in docs/page.md, however it was laid out. */
function rowOf(key: string, what: string): RegExp {
  const [plainKey, plainWhat] = [key, what].map((text) =>
    text.replaceAll(/[.*+?^$()[\]|\\]/g, String.raw`\$&`),
  );
  return new RegExp(`^\\| \`${plainKey}\`.* \\| ${plainWhat} +\\|$`, "m");
}

test("help names every key that there is", async () => {
  const page = await opened().open("/");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog");
  await help.waitFor();
  const said = (await help.textContent()) ?? "";
  for (const { what } of Object.values(keys)) expect(said).toContain(what);
  const docs = await readFile(new URL("../../docs/page.md", import.meta.url), "utf8");
  for (const { key, what } of Object.values(keys)) expect(docs).toMatch(rowOf(key, what));
  expect(new Set(Object.values(keysOfView).flat())).toEqual(new Set(Object.keys(keys)));
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
});

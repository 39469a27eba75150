import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";

import { violations } from "./support/axe.ts";
import { eventually, world, type World } from "./support/world.ts";

const slack = "slack-C042-1795276707";
const filled = world(async (world) => {
  await world.demo();
  await world.replay("claude-code-two-turns");
  await world.replay("codex");
});

const codex = async ({ reader }: World) =>
  (await reader.sessions({ grep: "codex" })).sessions[0]?.id ?? "";
const failed = async ({ reader }: World) =>
  (await reader.sessions({ errors: true })).sessions[0]?.id ?? "";
const selected = (page: Page) => page.getByRole("treeitem", { selected: true });

describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
  const views = [
    ["the list", "/", "table.list tbody tr"],
    ["a session", `/sessions/${slack}`, ".row"],
    ["details", `/sessions/${slack}?find=refund`, ".row.match"],
    ["a transcript", `/sessions/${slack}?tab=transcript`, ".transcript li.step"],
    ["logs", `/sessions/${slack}?tab=logs`, ".line"],
    ["charts", `/sessions/${slack}?tab=charts`, ".plot canvas"],
    ["the contract", "/sessions/CODEX?tab=contract", ".finding"],
    ["compare", `/compare?a=${slack}&b=CODEX`, ".steps tbody tr"],
  ] as const;

  test.each(views)("%s is without a violation for axe", async (name, path, ready) => {
    const page = await filled().open(path.replace("CODEX", await codex(filled())), { colorScheme });
    await page.locator(ready).first().waitFor();
    if (name === "details") {
      await page.locator(ready).first().click();
      await page.locator(".details .fields").first().waitFor();
    }
    expect(await violations(page)).toEqual([]);
  });
});

test("the list tells of each session what it was and what it cost", async () => {
  const page = await filled().open("/");
  const row = page.getByRole("row").filter({ hasText: slack });
  await row.waitFor();
  for (const text of ["support", "slack", "C042", "gpt-5.4-mini", "$0.00"]) {
    expect(await row.textContent()).toContain(text);
  }
  await page.getByRole("button", { name: "With errors" }).click();
  await row.waitFor({ state: "detached" });
  expect(await page.getByRole("row").filter({ hasText: "reporter" }).count()).toBe(1);
  expect(new URL(page.url()).search).toBe("?errors=true");
});

test("the field above the list speaks the filters of the command line, and says what it can't read", async () => {
  const page = await filled().open("/");
  const field = page.getByRole("searchbox", { name: "Filter sessions" });
  await field.fill("service:shop-agent C042");
  await eventually(() => page.locator("table.list tbody tr").count()).toBe(1);
  await field.fill("since:yesterday");
  await page.getByRole("alert").waitFor();
  expect(await page.getByRole("alert").textContent()).toMatch(/^since takes a duration/);
});

test("dragging over the strip chooses a time", async () => {
  const page = await filled().open("/");
  const strip = page.locator(".strip-plot");
  await strip.waitFor();
  const box = await strip.boundingBox();
  if (box === null) throw new Error("the strip has no place");
  await page.mouse.move(box.x + box.width * 0.2, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await eventually(() => new URL(page.url()).search).toMatch(/since=2.*&until=2/);
  await page.getByRole("button", { name: "Any time" }).last().click();
  await eventually(() => new URL(page.url()).search).toBe("");
});

test("a session opens on its first error", async () => {
  const page = await filled().open(`/sessions/${await failed(filled())}`);
  await selected(page).waitFor();
  expect(await selected(page).textContent()).toMatch(/failed|error/);
});

test("the tree is told to those who can't see it", async () => {
  const page = await filled().open(`/sessions/${slack}`);
  const turn = page.getByRole("treeitem", { name: /^Turn 1/ });
  await turn.waitFor();
  expect(await turn.getAttribute("aria-expanded")).toBe("true");
  expect(await turn.getAttribute("aria-level")).toBe("1");
  const call = page.getByRole("treeitem", { name: /^llm, gpt-5.4-mini/ }).first();
  expect(await call.getAttribute("aria-level")).toBe("2");
  expect(Number(await call.getAttribute("aria-setsize"))).toBeGreaterThan(3);
});

test("details tell of a record what was said, what it used and where it stands", async () => {
  const page = await filled().open(`/sessions/${slack}`);
  await page.getByRole("treeitem", { name: /^tool, refund/ }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByText("4711").first().waitFor();
  expect(new URL(page.url()).searchParams.get("item")).not.toBeNull();
  await details.getByRole("button", { name: "Turn 2" }).click();
  await eventually(() => details.getByRole("heading", { level: 2 }).textContent()).toBe("Turn 2");
  await details.getByText("Yes please, to my card.").first().waitFor();
  // As it came in: the resource is there, which the session API does not tell.
  await details.getByRole("button", { name: /^Raw OTLP/ }).click();
  await details.getByText("telemetry.sdk.language").first().waitFor();
});

test("a finding leads to its offender, whatever hides it", async () => {
  const page = await filled().open(`/sessions/${await codex(filled())}?tab=contract`);
  await page.locator(".finding .examples button").first().click();
  await selected(page).waitFor();
  await page.getByRole("complementary", { name: "Details" }).locator(".fields").first().waitFor();
});

test("the spans of a runtime that would drown the rest are hidden, and said to be there", async () => {
  const page = await filled().open(`/sessions/${await codex(filled())}`);
  const other = page.getByRole("button", { name: /^Other/ });
  await other.waitFor();
  await eventually(() => other.getAttribute("aria-pressed")).toBe("false");
  const before = await page.locator(".rows").evaluate((rows) => rows.clientHeight);
  await other.click();
  await eventually(() =>
    page.locator(".rows").evaluate((rows) => rows.clientHeight),
  ).toBeGreaterThan(before + 10_000);
});

test("comparing two sessions shows where they part", async () => {
  const page = await filled().open("/");
  for (const name of [/Compare slack-C042/, /Compare (?!slack)/]) {
    await page.getByRole("button", { name }).first().click();
  }
  await page.locator(".steps tr.first").waitFor();
  expect(await page.locator(".list-note").textContent()).toMatch(/they part at step \d+/);
  expect(await page.locator(".versus").textContent()).toContain("Model calls");
});

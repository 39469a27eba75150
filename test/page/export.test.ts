import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";

import { violations } from "./support/axe.ts";
import { spans } from "./support/spans.ts";
import { eventually, world, type World } from "./support/world.ts";

const bin = fileURLToPath(new URL("../../packages/cli/src/bin.ts", import.meta.url));
const slack = "slack-C042-1795276707";
const evil = "evil </script><script>hacked=1</script><!--";
const opened = world(async (world) => {
  await world.demo();
  const told = {
    session: evil,
    id: 1,
    step: "turn",
    name: evil,
    attributes: { [evil]: `${evil} -->` },
  };
  await world.send("traces", spans(Date.now() - 60_000, [told]));
});

/** As a user makes the file: by the command, over HTTP. Gives its address. */
async function exported({ url }: World, id: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "throughline-export-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "session.html");
  const args = ["--conditions=@throughline/source", bin, "export", id, "-o", "html", "--url", url];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  await pipeline(child.stdout, createWriteStream(file));
  expect(await ended).toEqual([0, null]);
  return pathToFileURL(file).href;
}

test("an exported session opens from disk with every view, and asks nobody for anything", async () => {
  const file = await exported(opened(), slack);
  const page = await opened().open("/");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(file);
  await page.getByRole("treeitem", { name: /^Turn 1/ }).waitFor();
  await page.getByRole("treeitem", { name: /^tool, refund/ }).click();
  await page.locator(".details").getByText("4711").first().waitFor();
  expect(page.url()).toContain("#/sessions/");
  const views = { 2: ".transcript .message", 3: ".line", 4: ".plot canvas", 5: ".contract .good" };
  for (const [key, ready] of Object.entries(views)) {
    await page.keyboard.press(key);
    await page.locator(ready).first().waitFor();
  }
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await eventually(() => page.locator("[role=tab][aria-selected=true]").textContent()).toContain(
    "Contract",
  );
  expect(asked.filter((address) => !address.startsWith(file.split("#")[0] ?? file))).toEqual([]);
});

test("nothing in an exported session breaks out of its file", async () => {
  const page = await opened().open("/");
  await page.goto(await exported(opened(), evil));
  await page.locator(".row").first().click();
  await page.locator(".details .fields").first().waitFor();
  expect(await page.evaluate("typeof hacked")).toBe("undefined");
  expect(await page.locator("script").count()).toBe(3);
});

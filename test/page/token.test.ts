import { expect, test } from "vitest";

import { spans } from "./support/spans.ts";
import { world } from "./support/world.ts";

const told = { session: "secret", id: 1, step: "turn", name: "turn" };
const opened = world(({ send }) => send("traces", spans(Date.now(), [told])), "sesame");

test("where a token is asked for the page asks for it once, and then everything works, live too", async () => {
  const { open, send } = opened();
  const page = await open("/sessions/secret");
  expect(await page.textContent("body")).not.toContain("turn");
  await page.getByLabel("Token").fill("wrong");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByText("That is not the token.").waitFor();
  await page.getByLabel("Token").fill("sesame");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("row").filter({ hasText: "secret" }).getByRole("link").click();
  await page.getByRole("treeitem", { name: /^Turn 1/ }).waitFor();
  await page.getByText(/^last record/).waitFor();
  await send("traces", spans(Date.now(), [{ ...told, id: 2 }]));
  await page.getByRole("treeitem", { name: /^Turn 2/ }).waitFor();
});

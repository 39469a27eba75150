import { expect, test } from "vitest";

import { violations } from "./support/axe.ts";
import { spans } from "./support/spans.ts";
import { eventually, world } from "./support/world.ts";

const opened = world(async () => {});

test("an empty backend says where to send what, tells what arrived, and shows the first session by itself", async () => {
  const { open, send, url } = opened();
  const page = await open("/", { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByRole("heading", { name: "No sessions yet" }).waitFor();
  const text = (await page.locator("main").textContent()) ?? "";
  expect(text).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${url}`);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Copy the HTTP address" }).click();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(url);
  await page.getByText("nothing yet, listening").waitFor();

  const loose = spans(Date.now(), [{ session: "", id: 1 }]).replaceAll(
    "session.id",
    "not.a.session",
  );
  await send("traces", loose);
  await page.getByText("1 spans arrived, none carries a session.").waitFor();

  await send("traces", spans(Date.now(), [{ session: "first", id: 2 }]));
  await eventually(() => page.locator("table.list tbody tr").count()).toBe(1);
});

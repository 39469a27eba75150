import { expect, test } from "vitest";
import { Story } from "../conformance/story.ts";
import { openHome } from "./support/home.ts";

test("quiet sessions are verified by themselves, and again once something was added", async () => {
  const home = await openHome({ verifyAfterMs: 0 });
  const story = new Story();
  const session = story.session("s");
  await home.deliver(story.deliveries([{ trace: "t", span: "a", session, at: 0 }]));
  expect(await home.reader.session(session)).toMatchObject({ findings: null });
  const found = async (): Promise<number | undefined> =>
    (await home.reader.sessions({})).sessions[0]?.findings?.violation;
  const soon = { timeout: 15_000 };
  await expect.poll(found, soon).toBe(0);
  await home.deliver(story.deliveries([{ trace: "t", span: "b", parent: "a", at: 1 }]));
  await expect.poll(found, soon).toBe(1);
});

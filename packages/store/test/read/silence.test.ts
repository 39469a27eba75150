import { expect, test } from "vitest";
import { allRecords } from "../conformance/reading.ts";
import { type LogTold, Story } from "../conformance/story.ts";
import { openHome } from "./support/home.ts";

function begins(story: Story): LogTold {
  return {
    log: "throughline.span.start",
    trace: "t",
    on: "tool",
    session: story.session("s"),
    attributes: { "throughline.step": "tool" },
  };
}

test("unfinished work is believed until its session has been silent for long enough", async () => {
  const story = new Story();
  const patient = await openHome();
  await patient.deliver(story.deliveries([begins(story)]));
  expect(await patient.reader.session(story.session("s"))).toMatchObject({ state: "live" });
  const [open] = await allRecords(patient.reader, story.session("s"), { kind: "span" });
  expect(open).toMatchObject({ end_ns: null, outcome: null });
  await patient.close();

  const { directory } = patient;
  const impatient = await openHome({ directory, silenceMs: 1 });
  await expect
    .poll(() => impatient.reader.session(story.session("s")))
    .toMatchObject({ state: "interrupted" });
  const [over] = await allRecords(impatient.reader, story.session("s"), { kind: "span" });
  expect(over).toMatchObject({ end_ns: null, outcome: "interrupted" });
});

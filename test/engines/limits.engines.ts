import type { Delivery } from "@throughline/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestHome } from "../../packages/store/test/conformance/home.ts";
import { type LogTold, Story, type Told } from "../../packages/store/test/conformance/story.ts";
import { openEnginesHome } from "./home.ts";

/** What docs/grafana.md says that the engines can't do, and what follows for who reads from them. */
describe("limits of Tempo and Loki", () => {
  let home: TestHome;
  beforeAll(async () => {
    home = await openEnginesHome();
  });
  afterAll(() => home.close());

  test("of log records that are equal in everything Loki keeps one, together or apart", async () => {
    for (const body of ["said", ""]) {
      const story = new Story();
      const session = story.session("s");
      const line: LogTold = { log: "", session, at: 1, body };
      const logs = async (deliveries: readonly Delivery[]): Promise<number | undefined> => {
        await home.deliver(deliveries);
        return (await home.reader.session(session))?.logs;
      };
      expect(await logs(story.deliveries([line, line]))).toBe(1);
      expect(await logs(story.oneByOne([{ ...line, at: 2 }, line]))).toBe(2);
      expect(await logs(story.deliveries([{ ...line, attributes: { "app.n": 1 } }]))).toBe(3);
    }
  });

  test("sessions of one trace that came in pieces are all found by their ids", async () => {
    const story = new Story();
    const told = ["a", "b", "c"].map((name, at): Told => {
      return { trace: "t", span: name, session: story.session(name), at };
    });
    for (const each of told) await home.deliver(story.deliveries([each]));
    for (const name of ["a", "b", "c"])
      expect(await home.reader.session(story.session(name))).toMatchObject({ spans: 1 });
  });

  test("a list catches up with what came later of a trace", async () => {
    const story = new Story();
    const session = story.session("s");
    const listed = async (): Promise<number | undefined> => {
      const { sessions } = await home.reader.sessions({ grep: session });
      return sessions[0]?.spans;
    };
    for (const [at, span] of ["a", "b", "c"].entries()) {
      await home.deliver(story.deliveries([{ trace: "t", span, session, at }]));
      await expect.poll(listed, { timeout: 30_000 }).toBe(at + 1);
    }
  });
});

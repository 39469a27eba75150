import { createRequire } from "node:module";

import type OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test, type TestContext } from "vitest";

import { session } from "@throughline/sdk";
import { instrument, ProviderSpanProcessor, wrap } from "@throughline/sdk/providers";

import { host, type Host } from "../../../packages/sdk/test/support/host.ts";
import { startFakeModel } from "../../support/fake-model.ts";
import { preparePackages } from "./prepare.ts";

type Module = { readonly OpenAI: typeof OpenAI };

let app: Host;
let id: string;
beforeEach(() => {
  id = crypto.randomUUID();
  app = host({ spanProcessors: [new ProviderSpanProcessor()] });
});
afterEach(() => app.stop());

/** The majors of OpenAI's client that OpenTelemetry has an instrumentation for, each in its last release. */
const [four, five, six] = ["4.104.0", "5.23.2", "6.49.0"] as const;

describe.each([four, five, six])("openai %s", (version) => {
  test("traced by OpenTelemetry's instrumentation: each call once, with its session and usage", async ({
    skip,
  }) => {
    const enabled = await instrument({ openai: true });
    await converse(await clientOf(version, skip));
    enabled.stop();
    expectCalls();
  });
});

describe.each([five, six])("openai %s", (version) => {
  test("wrapped: the same calls are steps, and once, though the class is traced as well", async ({
    skip,
  }) => {
    await converse(wrap(await clientOf(version, skip)));
    expectCalls();

    const enabled = await instrument({ openai: true });
    await converse(wrap(await clientOf(version, skip)));
    enabled.stop();
    expect(chats()).toHaveLength(6);
  });
});

test("wrap() says that it does not know openai 4, whose clients can't be copied, and leaves it alone", async ({
  skip,
}) => {
  const client = await clientOf(four, skip);
  expect(wrap(client)).toBe(client);
  await converse(client);
  expect(chats()).toEqual([]);
  expect(app.said.join()).toContain("no client that wrap() knows");
});

async function clientOf(version: string, skip: TestContext["skip"]): Promise<OpenAI> {
  const prepared = await preparePackages(`openai@${version}`);
  if ("missing" in prepared) {
    if (process.env["CI"] !== undefined) throw new Error(prepared.missing);
    skip(prepared.missing);
    throw new Error("skipped");
  }
  const { OpenAI: Client } = createRequire(prepared.file)("openai") as Module;
  return new Client({ apiKey: "none", baseURL: "http://127.0.0.1:9/v1" });
}

/** A completion, a streamed one, a response: three calls in a turn. */
async function converse(client: OpenAI): Promise<void> {
  await using model = await startFakeModel();
  client.baseURL = `${model.url}/v1`;
  const asked = {
    model: "gpt-5.4",
    messages: [{ role: "user" as const, content: "I'm Ann" }],
  };
  await session({ id }, (s) =>
    s.turn(async () => {
      await client.chat.completions.create(asked);
      const stream = await client.chat.completions.create({ ...asked, stream: true });
      for await (const chunk of stream) expect(chunk.object).toBe("chat.completion.chunk");
      await client.responses.create({ model: "gpt-5.4", input: "I'm Ann" });
    }),
  );
}

const chats = (): ReturnType<Host["spans"]> =>
  app.spans().filter(({ name }) => name === "chat gpt-5.4");

function expectCalls(): void {
  expect(chats()).toHaveLength(3);
  for (const { attributes } of chats()) {
    expect(attributes).toMatchObject({
      "session.id": id,
      "throughline.turn.id": expect.any(String),
      "gen_ai.usage.input_tokens": 120,
      "gen_ai.usage.output_tokens": 30,
    });
  }
  const said = [
    ...app.spans().map(({ attributes }) => attributes),
    ...app.logs().map(({ attributes, body }) => ({ attributes, body })),
  ];
  expect(JSON.stringify(said)).not.toContain("Ann");
}

import { expect, test } from "vitest";

import { directory, up } from "./throughline.ts";

interface Listed {
  readonly sessions: readonly {
    readonly id: string;
    readonly agent: string | null;
    readonly turns: number;
    readonly errors: number;
    readonly llm_calls: number;
    readonly tool_calls: number;
    readonly membership: object;
  }[];
}

async function sessions(url: string, headers: Record<string, string> = {}): Promise<Listed> {
  return (await (await fetch(`${url}/api/v1/sessions`, { headers })).json()) as Listed;
}

test("--demo lets an example agent send two whole sessions into an empty store, and only into an empty one", async () => {
  const data = await directory();
  const first = await up(["--demo"], data);
  await expect.poll(() => first.stderr(), { timeout: 20_000 }).toContain("has sent two sessions");
  const listed = (await sessions(first.url)).sessions;
  expect(new Set(listed.map(({ agent }) => agent))).toEqual(new Set(["reporter", "support"]));
  const support = listed.find(({ agent }) => agent === "support");
  expect(support).toMatchObject({ turns: 2, errors: 0, llm_calls: 5, tool_calls: 3 });
  expect(listed.find(({ agent }) => agent === "reporter")).toMatchObject({
    turns: 1,
    llm_calls: 3,
  });
  for (const { membership } of listed) {
    expect(membership).toMatchObject({ inherited: 0, joined: 0, linked: 0 });
  }
  first.child.kill("SIGTERM");
  await first.ended;

  const second = await up(["--demo"], data);
  expect((await sessions(second.url)).sessions).toHaveLength(2);
  second.child.kill("SIGTERM");
  expect((await second.ended).stderr).not.toContain("has sent two sessions");
});

test("--demo works behind a token", async () => {
  const server = await up(["--demo", "--token", "open sesame"]);
  await expect.poll(() => server.stderr(), { timeout: 20_000 }).toContain("has sent two sessions");
  const authorization = "Bearer open sesame";
  expect((await sessions(server.url, { authorization })).sessions).toHaveLength(2);
});

test("a stop while the example agent is still talking is a stop", async () => {
  const server = await up(["--demo"]);
  server.child.kill("SIGTERM");
  expect((await server.ended).code).toBe(0);
});

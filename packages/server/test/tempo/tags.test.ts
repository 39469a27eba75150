import { beforeAll, expect, test } from "vitest";

import { around, sendTurn } from "../support/agent.ts";
import { sharedBackend } from "../support/backend.ts";

const shared = sharedBackend();

beforeAll(async () => {
  await sendTurn(shared(), "one");
  await sendTurn(shared(), "other/with a slash", "web-agent");
});

const get = (path: string) =>
  shared().json(`/tempo/api${path}${path.includes("?") ? "&" : "?"}${around()}`);

test("echo, readiness and version answer as Grafana and its clients ask", async () => {
  expect(await (await shared().get("/tempo/api/echo")).text()).toBe("echo");
  expect(await (await shared().get("/tempo/ready")).text()).toBe("ready\n");
  expect(await shared().json("/tempo/api/status/buildinfo")).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
});

test("names of attributes are listed by scope, or all together", async () => {
  expect(await get("/v2/search/tags?scope=span")).toMatchObject({
    scopes: [
      {
        name: "span",
        tags: [
          "gen_ai.operation.name",
          "gen_ai.tool.name",
          "gen_ai.usage.output_tokens",
          "session.id",
        ],
      },
    ],
  });
  expect(await get("/v2/search/tags")).toMatchObject({
    scopes: [
      { name: "resource", tags: expect.arrayContaining(["host.name", "service.name"]) },
      { name: "span" },
      { name: "event", tags: ["exception.type"] },
      { name: "intrinsic", tags: expect.arrayContaining(["status", "trace:duration"]) },
    ],
  });
  expect(await get("/v2/search/tags?scope=event&limit=1")).toMatchObject({
    scopes: [{ name: "event", tags: ["exception.type"] }],
  });
  expect(await get("/search/tags?scope=resource")).toMatchObject({
    tagNames: expect.arrayContaining(["service.name"]),
  });
});

test.each([
  [
    "resource.service.name",
    "",
    [
      ["string", "shop-agent"],
      ["string", "web-agent"],
    ],
  ],
  [
    ".session.id",
    "",
    [
      ["string", "one"],
      ["string", "other/with a slash"],
    ],
  ],
  ["span.gen_ai.usage.output_tokens", "", [["int", "96"]]],
  [
    "status",
    "",
    [
      ["keyword", "error"],
      ["keyword", "unset"],
    ],
  ],
  ["event.exception.type", "", [["string", "RefundRefused"]]],
  [
    "rootName",
    "",
    [
      ["string", "invoke_agent shop-agent"],
      ["string", "invoke_agent web-agent"],
    ],
  ],
  ["span.gen_ai.tool.name", "{ status = error }", [["string", "refund"]]],
  // What an editor sends while its query is being written.
  ["resource.service.name", '{ span.session.id = "one" && name = }', [["string", "shop-agent"]]],
  ["span.nothing.like.it", "", []],
])("values of %s where %s", async (tag, q, values) => {
  const query = q === "" ? "" : `?q=${encodeURIComponent(q)}`;
  expect(await get(`/v2/search/tag/${encodeURIComponent(tag)}/values${query}`)).toMatchObject({
    tagValues: values.map(([type, value]) => ({ type, value })),
  });
});

test("the first version has bare names and bare values; slashes in names are no separators", async () => {
  expect(await get("/search/tag/service.name/values")).toMatchObject({
    tagValues: ["shop-agent", "web-agent"],
  });
  expect(await get("/search/tag/name/values")).toMatchObject({
    tagValues: expect.arrayContaining(["execute_tool refund"]),
  });
  expect(await get("/search/tag/a/b/values")).toMatchObject({ tagValues: [] });
  expect((await shared().get("/tempo/api/v2/search/tag/%7Bx/values")).status).toBe(400);
});

import { describe, expect, test } from "vitest";

import { sharedBackend } from "../support/backend.ts";

const doors = [
  "/tempo/api/search?q=%7B%7D",
  "/tempo/api/echo",
  "/tempo/api/v2/traces/1",
  "/loki/api/v1/labels",
  "/loki/api/v1/query_range?query=%7Ba%3D%22b%22%7D",
  "/api/v1/sessions/latest/otlp",
];

describe("the doors for clients of Tempo and Loki are guarded like all others", () => {
  const shared = sharedBackend({ token: "secret" });

  test.each(doors)("%s", async (path) => {
    expect((await shared().get(path)).status).toBe(401);
    const bearer = { authorization: "Bearer secret" };
    expect((await shared().get(path, { ...bearer, origin: "http://evil.example" })).status).toBe(
      403,
    );
    expect((await shared().get(path, { ...bearer, "x-scope-orgid": "tenant" })).status).not.toBe(
      401,
    );
  });

  test("what is not there says so in text, in the tongue of those who ask there", async () => {
    const bearer = { authorization: "Bearer secret" };
    for (const path of ["/tempo/api/nothing", "/loki/api/v1/nothing"]) {
      const response = await shared().get(path, bearer);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    }
    expect((await shared().post("/tempo/api/search", "", bearer)).status).toBe(405);
  });

  test("a slash too many changes the address, and not the tongue", async () => {
    const tongues = {
      "//api/v1/sessions": /json/,
      "//loki/api/v1/labels": /^text/,
      "//v1/traces": /proto/,
    };
    for (const [path, tongue] of Object.entries(tongues)) {
      const response = await shared().get(path, { authorization: "Bearer secret" });
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toMatch(tongue);
    }
  });
});

import { request, type IncomingHttpHeaders } from "node:http";
import { describe, expect, test } from "vitest";

import { backend, sharedBackend, type TestBackend } from "../support/backend.ts";
import { rawConnection } from "../support/raw.ts";
import { tracesBody } from "../support/requests.ts";

const doors = [
  ["GET", "/api/v1/sessions"],
  ["GET", "/api/v1/sessions/x"],
  ["GET", "/api/v1/sessions/x/records"],
  ["GET", "/api/v1/sessions/x/findings"],
  ["GET", "/api/v1/sessions/x/live"],
  ["GET", "/api/v1/live"],
  ["GET", "/api/v1/search"],
  ["GET", "/metrics"],
  ["GET", "/nowhere"],
  ["POST", "/v1/traces"],
  ["POST", "/v1/logs"],
  ["POST", "/v1/metrics"],
  ["POST", "/run/x/v1/traces"],
] as const;

const health = ["/healthz", "/readyz", "/ready"];

describe("token", () => {
  const guarded = sharedBackend({ token: "sesame" });

  test.each(doors)("%s %s asks for it", async (method, path) => {
    const server = guarded();
    for (const headers of [{}, { authorization: "Bearer wrong" }, { cookie: "throughline=x" }]) {
      const response = await ask(server, method, path, headers);
      expect(response.status).toBe(401);
      expect(response.headers["www-authenticate"]).toBe("Bearer");
    }
  });

  test("health answers anybody, and says nothing worth hiding", async () => {
    const server = guarded();
    for (const path of health) {
      expect((await ask(server, "GET", path, { host: "10.1.2.3:4318" })).status).toBe(200);
    }
  });

  test("Bearer opens", async () => {
    const server = guarded();
    const authorization = "Bearer sesame";
    expect((await server.get("/api/v1/sessions", { authorization })).status).toBe(200);
    expect((await server.post("/v1/traces", tracesBody(), { authorization })).status).toBe(200);
  });

  test("the page shows a form, and the right token gives a cookie that no script and no other site can use", async () => {
    const server = guarded();
    const form = await server.get("/");
    expect(form.status).toBe(401);
    expect(await form.text()).toContain('name="token"');
    const type = { "content-type": "application/x-www-form-urlencoded" };
    expect((await ask(server, "POST", "/login", type, "token=wrong")).status).toBe(401);

    // As a browser sends the form: with its origin, which the policy of the page must let it say.
    expect(form.headers.get("referrer-policy")).toBe("same-origin");
    const own = { ...type, origin: server.url, "sec-fetch-site": "same-origin" };
    const entered = await ask(server, "POST", "/login", own, "token=sesame");
    expect(entered.status).toBe(303);
    const [cookie = ""] = entered.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain("sesame");
    const opened = { cookie: cookie.split(";", 1)[0] ?? "" };
    expect((await server.get("/", opened)).status).toBe(200);
    expect((await server.get("/api/v1/sessions", opened)).status).toBe(200);
  });

  test("beyond this machine it is required", async () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.1"]) {
      await expect(backend({ host })).rejects.toMatchObject({ code: "open_without_token" });
    }
    const server = await backend({ host: "0.0.0.0", token: "sesame" });
    expect((await server.get("/api/v1/sessions")).status).toBe(401);
  });
});

describe("host and origin", () => {
  const loopback = sharedBackend();
  const foreign = ["evil.example", "evil.example:4318", "127.0.0.1.evil.example", "192.0.2.1"];
  test.each(foreign)("the Host %j gets nothing, at no door but health", async (host) => {
    const server = loopback();
    for (const [method, path] of [...doors, ["GET", "/"] as const]) {
      expect((await ask(server, method, path, { host })).status, path).toBe(403);
    }
  });

  test.each([
    "localhost",
    "localhost:1234",
    "LOCALHOST.",
    "agent.localhost",
    "127.0.0.2",
    "[::1]:80",
  ])("the Host %s is this machine", async (host) => {
    const server = loopback();
    expect((await ask(server, "GET", "/api/v1/sessions", { host })).status).toBe(200);
  });

  test("no Host at all is none of ours", async () => {
    const server = loopback();
    const connection = rawConnection(server.url);
    connection.send("GET /api/v1/sessions HTTP/1.0\r\n\r\n");
    await connection.closed;
    expect(connection.received()).toMatch(/^HTTP\/1.1 403 /);
  });

  test("further names are let in by name", async () => {
    const server = await backend({ allowHosts: ["traces.example"] });
    const at = (host: string) => ask(server, "GET", "/api/v1/sessions", { host });
    expect((await at("traces.example:80")).status).toBe(200);
    expect((await at("other.example")).status).toBe(403);
  });

  test("a page of another origin gets nothing, whatever way it asks", async () => {
    const server = loopback();
    const asked: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      // Another port of this machine is another origin, though the same site.
      { origin: "http://127.0.0.1:1" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" },
    ];
    for (const headers of asked) {
      for (const [method, path] of doors) {
        const response = await ask(server, method, path, headers);
        expect(response.status, `${path} ${JSON.stringify(headers)}`).toBe(403);
        expect(response.headers).not.toHaveProperty("access-control-allow-origin");
      }
    }
  });

  test("this server's own page may ask, and a link elsewhere may lead to it", async () => {
    const server = loopback();
    const own = { origin: server.url, "sec-fetch-site": "same-origin" };
    expect((await ask(server, "GET", "/api/v1/sessions", own)).status).toBe(200);
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await ask(server, "GET", "/", link)).status).toBe(200);
    expect((await ask(server, "GET", "/api/v1/sessions", link)).status).toBe(403);
  });

  test("a preflight is answered without a word about origins", async () => {
    const server = loopback();
    const response = await ask(server, "OPTIONS", "/v1/traces", {});
    expect(response.status).toBe(405);
    const names = Object.keys(response.headers);
    expect(names.filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

test("the page runs nothing but its own files, and no text can become script", async () => {
  const server = await backend();
  for (const path of ["/", "/sessions/<script>", "/compare?a=1&b=2"]) {
    const page = await server.get(path);
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]* src="\/assets\/)/);
    expect(html).not.toMatch(/<style|style=/);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/unsafe|data:|https?:|\*/);
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  }
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Not fetch: that forbids setting Host, Origin and Sec-Fetch headers, which is the point here. */
function ask(
  server: TestBackend,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = "",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(server.url + path, { method, headers, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
      response.destroy();
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

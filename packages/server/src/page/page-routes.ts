import type { Guard } from "../door/guard.ts";
import type { Route } from "../door/router.ts";
import { reply, type Visit } from "../door/visit.ts";
import { upload } from "../receive/body.ts";
import { Refusal } from "../refusal/refusal.ts";
import { builtPage, type Coding, type PageFile } from "./built-page.ts";
import { markup } from "./markup.ts";
import { replyPage } from "./page-shell.ts";

/**
 * Everything the page is comes from here, and nothing in it can become script: no inline script or style, no eval, no other
 * host, and (Trusted Types) no text that is turned into markup. The one policy makes the address of the page's worker.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types throughline",
].join("; ");

/** Where the page has views of its own; which one is shown it sees from the address itself. */
const views = ["/", "/sessions/:id", "/compare"];

export function pageRoutes(guard: Guard): Route[] {
  const route = (method: Route["method"], path: string, handle: Route["handle"]): Route => ({
    method,
    path,
    tongue: "page",
    name: "page",
    handle,
  });
  return [
    ...views.map((path) =>
      route("GET", path, (visit) => {
        if (!mayEnter(guard, visit)) return askForToken(visit, "", 401);
        const page = builtPage();
        if (page === undefined) return notBuilt(visit);
        sendFile(visit, page.index, {
          "content-security-policy": policy,
          "cache-control": "no-cache",
        });
      }),
    ),
    // The same for everybody, and no secret: these ask for no token.
    route("GET", "/assets/:file", (visit) => {
      const file = builtPage()?.assets.get(visit.captured[0] ?? "");
      if (file === undefined) throw new Refusal("no_door");
      sendFile(visit, file, { "cache-control": "public, max-age=31536000, immutable" });
    }),
    route("POST", "/login", async (visit) => {
      const cookie = guard.cookieFor(await typedToken(visit));
      if (cookie === undefined) return askForToken(visit, "That is not the token.", 401);
      visit.response.writeHead(303, { location: "/", "set-cookie": cookie }).end();
    }),
  ];
}

function sendFile(
  { request, response }: Visit,
  { bodies, etag, type }: PageFile,
  headers: Readonly<Record<string, string>>,
): void {
  const accepted = request.headers["accept-encoding"] ?? "";
  const coding = (["br", "gzip"] as const).find((coding) => takes(accepted, coding)) ?? "identity";
  const body = bodies[coding] ?? bodies.identity ?? new Uint8Array();
  const said = { ...headers, etag, vary: "accept-encoding" };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, said).end();
    return;
  }
  const coded = bodies[coding] !== undefined && coding !== "identity";
  reply(response, 200, type, body, { ...said, ...(coded && { "content-encoding": coding }) });
}

function takes(accepted: string, coding: Coding): boolean {
  return new RegExp(`(^|[, ])${coding}(?!;\\s*q=0(\\.0*)?\\s*(,|$))`).test(accepted);
}

function notBuilt(visit: Visit): void {
  const body = markup`<h1>Throughline</h1>
<p>The backend runs; its page is not built yet.</p>
<p>In a clone of the repository <code>npm start</code> builds it, and <code>npm run build:page</code> does nothing else. Then load this
page again. Sessions can be read all the same: <a href="/api/v1/sessions">/api/v1/sessions</a>.</p>`;
  replyPage(visit, "Throughline", body, 503);
}

function mayEnter(guard: Guard, { request }: Visit): boolean {
  try {
    guard.token(request.headers);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

async function typedToken({ request }: Visit): Promise<string> {
  const unmeasured = { grow: () => {}, release: () => {} };
  const body = await upload(request, 4_096, unmeasured);
  return new URLSearchParams(Buffer.from(body).toString("utf8")).get("token") ?? "";
}

function askForToken(visit: Visit, said: string, status: number): void {
  const body = markup`<h1>Throughline</h1><p>${said}</p>
<form method="post" action="/login"><label>Token
<input type="password" name="token" autocomplete="current-password" required></label>
<button>Open</button></form>`;
  replyPage(visit, "Throughline", body, status);
}

import type { Session } from "@throughline/core/session";
import type { SessionReader } from "@throughline/store";

import type { Guard } from "../door/guard.ts";
import type { Route } from "../door/router.ts";
import type { Visit } from "../door/visit.ts";
import { upload } from "../receive/body.ts";
import { Refusal } from "../refusal/refusal.ts";
import { markup, type Html } from "./markup.ts";
import { replyPage } from "./page-shell.ts";

export interface PageOptions {
  readonly reader: SessionReader;
  readonly guard: Guard;
  readonly endpoint: () => string;
}

const shown = 50;

/** A plain list of the latest sessions with links to their JSON. */
export function pageRoutes({ reader, guard, endpoint }: PageOptions): Route[] {
  return [
    {
      method: "GET",
      path: "/",
      tongue: "page",
      name: "page",
      handle: async (visit) => {
        if (!mayEnter(guard, visit)) return askForToken(visit, "", 401);
        const { sessions } = await reader.sessions({ limit: shown });
        replyPage(visit, "Throughline", list(sessions, endpoint()));
      },
    },
    {
      method: "POST",
      path: "/login",
      tongue: "page",
      name: "page",
      handle: async (visit) => {
        const cookie = guard.cookieFor(await typedToken(visit));
        if (cookie === undefined) return askForToken(visit, "That is not the token.", 401);
        visit.response.writeHead(303, { location: "/", "set-cookie": cookie }).end();
      },
    },
  ];
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

const columns = ["Session", "Agent", "State", "Last seen", "Turns", "Spans", "Logs", "Errors"];

function list(sessions: readonly Session[], endpoint: string): Html {
  const point = markup`<p>Point an application here:</p>
<pre>OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}</pre>`;
  if (sessions.length === 0) return markup`<h1>Sessions</h1><p>None yet.</p>${point}`;
  return markup`<h1>Sessions</h1>
<table><thead><tr>${columns.map((name) => markup`<th>${name}</th>`)}</tr></thead>
<tbody>${sessions.map(row)}</tbody></table>${point}`;
}

function row(session: Session): Html {
  const { id, agent, state, last_at, turns, spans, logs, errors } = session;
  const address = `/api/v1/sessions/${encodeURIComponent(id)}`;
  const rest = [agent ?? "", state, last_at, turns, spans, logs, errors];
  return markup`<tr><td><a href="${address}">${id}</a> (<a href="${address}/records">records</a>)</td>
${rest.map((value) => markup`<td>${value}</td>`)}</tr>
`;
}

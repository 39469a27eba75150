import { connect } from "node:net";

import { findRunning } from "../backend/running.ts";
import { dataDirectory } from "../backend/data-directory.ts";
import { type Connection, Refused, request } from "../home/remote/connection.ts";
import { createRemoteReader } from "../home/remote/reader.ts";
import { agoText, durationText } from "@throughline/core/figures";
import { plural } from "../terminal/format.ts";
import { version } from "../version.ts";
import type { World } from "../world.ts";
import { bad, type Check, good, odd } from "./check.ts";

const skewMs = 2_000;

/** Whether the server is there, is ours, lets us in, keeps the same time, and has got anything. */
export async function checkServer(connection: Connection, world: World): Promise<Check[]> {
  const { url } = connection;
  const asked = await health(url);
  if (typeof asked === "string")
    return [...(await checkAnnounced(world)), bad(`${url}: ${asked}`, "throughline up")];
  const checks = [good(`${url} answers: Throughline ${asked.version}.`)];
  if (asked.version !== version())
    checks.push(
      odd(
        `This is ${version()}, the server ${asked.version}.`,
        "throughline down, then up again with this version",
      ),
    );
  if (Math.abs(asked.skewMs) > skewMs)
    checks.push(
      odd(
        `The server's clock is ${durationText(Math.abs(asked.skewMs))} ${asked.skewMs > 0 ? "ahead" : "behind"}.`,
        "set the clocks right (NTP): what is live and --since depend on it",
      ),
    );
  return [...checks, ...(await checkInside(connection))];
}

interface Health {
  readonly version: string;
  readonly skewMs: number;
}

async function health(url: string): Promise<Health | string> {
  const before = Date.now();
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
    const said: unknown = await response.json();
    const now = (before + Date.now()) / 2;
    // The header has whole seconds: on average half a one is missing.
    const theirs = Date.parse(response.headers.get("date") ?? "") + 500;
    if (typeof said !== "object" || said === null || !("version" in said))
      return "something answers that is no Throughline.";
    return { version: String(said.version), skewMs: Number.isNaN(theirs) ? 0 : theirs - now };
  } catch (error) {
    if (error instanceof SyntaxError) return "something answers that is no Throughline.";
    return "nothing answers.";
  }
}

async function checkInside(connection: Connection): Promise<Check[]> {
  try {
    const response = await request(connection, "/api/v1/status", {});
    const said: unknown = await response.json();
    return [...checkReceived(said), ...(await checkLatest(connection))];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { hint, message, status } = error.said;
    if (status === 401)
      return [
        connection.token === undefined
          ? bad("The server asks for its token.", "export THROUGHLINE_TOKEN=...")
          : bad("The server has another token than THROUGHLINE_TOKEN.", "export the right one"),
      ];
    return [bad(message, hint)];
  }
}

function checkReceived(said: unknown): Check[] {
  const received =
    typeof said === "object" && said !== null && "received" in said ? said.received : undefined;
  const counts = new Map<string, unknown>(Object.entries(received ?? {}));
  const [spans, logs] = [Number(counts.get("spans") ?? 0), Number(counts.get("logs") ?? 0)];
  if (spans + logs > 0)
    return [
      good(`Since its start it got ${plural(spans, "span")} and ${plural(logs, "log record")}.`),
    ];
  return [
    odd(
      "Since its start it got no span and no log record.",
      "point an agent at it: OTEL_EXPORTER_OTLP_ENDPOINT, or throughline run -- COMMAND",
    ),
  ];
}

async function checkLatest(connection: Connection): Promise<Check[]> {
  const { sessions } = await createRemoteReader(connection).sessions({ limit: 1 });
  const [latest] = sessions;
  if (latest === undefined) return [odd("It keeps no session.", "")];
  const { id, last_at, membership } = latest;
  const without = membership.inherited + membership.joined + membership.linked;
  const said = `The latest session is ${id}, ${agoText(Date.now() - Date.parse(last_at))}.`;
  return [
    good(said),
    ...(without === 0
      ? []
      : [
          odd(
            `${plural(without, "record")} of it do not carry its id.`,
            `throughline verify ${id} says which, and what to change`,
          ),
        ]),
  ];
}

/** A backend that was announced, and the ports it would take. */
async function checkAnnounced(world: World): Promise<Check[]> {
  const data = dataDirectory(undefined, world);
  const found = await findRunning(data);
  const checks: Check[] = [];
  if (found.state === "running")
    checks.push(odd(`One runs at ${found.running.url}.`, `--url ${found.running.url}`));
  else if (found.state !== "none")
    checks.push(odd(`The backend of ${data} has ended without a goodbye.`, "throughline up"));
  for (const port of [4318, 4317])
    if (found.state !== "running" && (await isTaken(port)))
      checks.push(
        bad(
          `Port ${port} is taken by another program.`,
          "end it, or: throughline up --port N --grpc-port N",
        ),
      );
  return checks;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: 1_000 });
    const done = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
    socket.once("timeout", () => done(false));
  });
}

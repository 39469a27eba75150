import { ReadRefusal } from "@throughline/store/refusal";

import { CommandError, exit } from "../../exit-codes.ts";

export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string | undefined;
}

export interface Asked {
  readonly signal?: AbortSignal | undefined;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a server says when it refuses: `{"error": {"code", "message", "hint", "candidates"}}`. */
export interface RefusalSaid {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly candidates: readonly string[];
}

/** The server answered, and the answer is no. Callers that know better than `explained` catch it. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly said: RefusalSaid;

  constructor(said: RefusalSaid) {
    super(said.message);
    this.said = said;
  }
}

/** Nobody answered. Following goes on trying; everything else ends with exit code 4. */
export class Unreachable extends CommandError {
  constructor(url: string, why: string) {
    super(`nothing answers at ${url} (${why}).`, startHint, exit.unreachable);
  }

  static because(url: string, error: unknown): Unreachable {
    return new Unreachable(url, reasonOf(error));
  }
}

const startHint =
  "Start a backend with: throughline up. Or say where one is: --url URL, or THROUGHLINE_URL.";

/** The answer's headers are there; its body may still be coming. */
export async function request(
  { token, url }: Connection,
  path: string,
  { accept = "application/json", headers, signal }: Asked = {},
): Promise<Response> {
  const asked = {
    accept,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...headers,
  };
  let response: Response;
  try {
    response = await fetch(url + path, { headers: asked, signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw Unreachable.because(url, error);
  }
  if (response.ok) return response;
  throw refusedBy(response.status, url, await textOf(response));
}

export async function requestJson(
  connection: Connection,
  path: string,
  asked: Asked = {},
): Promise<unknown> {
  const response = await request(connection, path, asked);
  const text = await response.text().catch((error: unknown) => {
    if (asked.signal?.aborted === true) throw error;
    throw new Unreachable(connection.url, `the answer broke off: ${reasonOf(error)}`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(
      `what answers at ${connection.url} is no Throughline server.`,
      startHint,
      exit.unreachable,
    );
  }
}

/** `fetch` says "fetch failed" and hides the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error)
    return cause.errors[0].message;
  return cause instanceof Error ? cause.message : String(cause);
}

async function textOf(response: Response): Promise<string> {
  return response.text().catch(() => "");
}

export function refusedBy(status: number, url: string, body: string): Refused {
  const said = bag(parsed(body));
  // OTLP's doors answer with a plain status.
  const error = said.has("error") ? bag(said.get("error")) : said;
  const word = (name: string): string => {
    const value = error.get(name);
    return typeof value === "string" ? value : "";
  };
  const candidates = error.get("candidates");
  return new Refused({
    status,
    code: word("code"),
    message: word("message") || `${url} answered with status ${status}: ${body.slice(0, 200)}`,
    hint: word("hint"),
    candidates: Array.isArray(candidates)
      ? candidates.filter((each): each is string => typeof each === "string")
      : [],
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bag(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

/** A refusal in the words of a home, where it has them, else as what the command ends with. */
export function explained(error: unknown, query: { readonly cursor?: string } = {}): unknown {
  if (!(error instanceof Refused)) return error;
  const { code, hint, message, status } = error.said;
  if (code === "bad_parameter" && query.cursor !== undefined)
    return new ReadRefusal("bad-cursor", message);
  if (status === 429 || code === "busy") return new ReadRefusal("busy", message);
  if (code === "closing") return new ReadRefusal("closing", message);
  if (code === "store_failed") return new ReadRefusal("failed", message);
  if (status === 404 && code === "no_session")
    return new CommandError(message, hint, exit.notFound);
  if (code === "ambiguous_session") return new CommandError(message, hint, exit.usage);
  return new CommandError(message, tokenHint(status) ?? hint, exit.unreachable);
}

function tokenHint(status: number): string | undefined {
  return status === 401
    ? "Set THROUGHLINE_TOKEN to the token the server was started with."
    : undefined;
}

import { CommandError, exit } from "../exit-codes.ts";
import type { Place } from "./place.ts";
import { type Connection, explained, Refused, request, Unreachable } from "./remote/connection.ts";

/** The doors of Loki's and Tempo's APIs: our server has both, beside its own. */
export interface Engines {
  readonly loki: Connection | undefined;
  readonly tempo: Connection | undefined;
  /** Which of Loki's streams hold the sessions. */
  readonly selector: string;
  readonly profile: string;
}

/** Every stream that came in by OTLP has a service. */
const anyStream = '{service_name=~".+"}';

export function enginesOf(place: Place): Engines {
  if (place.kind === "server") {
    const { token, url } = place;
    const tempo = { url: `${url}/tempo`, token };
    return { loki: { url, token }, tempo, selector: anyStream, profile: "default" };
  }
  const engine = (url: string | undefined): Connection | undefined =>
    url === undefined ? undefined : { url, token: undefined };
  const { loki, profile = "default", selector = anyStream, tempo } = place;
  return { loki: engine(loki), tempo: engine(tempo), selector, profile };
}

export function needed(connection: Connection | undefined, flag: string): Connection {
  if (connection !== undefined) return connection;
  throw new CommandError(
    `where to read is missing: ${flag} URL.`,
    "Or --url URL for a Throughline server.",
    exit.usage,
  );
}

export interface EngineQuestion {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** The answer, whatever it is in; what an engine has against a question is said in its own words. */
export async function askEngine(
  connection: Connection,
  path: string,
  { query = {}, ...asked }: EngineQuestion,
): Promise<Response> {
  const parameters = new URLSearchParams(query).toString();
  try {
    return await request(connection, parameters === "" ? path : `${path}?${parameters}`, asked);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { message, status } = error.said;
    if (status === 400) throw new CommandError(message, "", exit.usage);
    if (status === 404) throw new CommandError(message, "", exit.notFound);
    throw explained(error);
  }
}

/** The same, where the answer is JSON. */
export async function askEngineJson(
  connection: Connection,
  path: string,
  question: EngineQuestion,
): Promise<unknown> {
  const response = await askEngine(connection, path, question);
  const text = await response.text().catch((error: unknown) => {
    if (question.signal?.aborted === true) throw error;
    throw Unreachable.because(connection.url, error);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(
      `what answers at ${connection.url}${path} speaks another language than Loki and Tempo.`,
      "throughline doctor looks at who is there.",
      exit.unreachable,
    );
  }
}

import { profile } from "@throughline/core";
import { startBackend, type BackendOptions } from "../backend/backend.ts";
import { dataDirectory } from "../backend/data-directory.ts";
import { demonstrate } from "../backend/demo.ts";
import { openBrowser } from "../backend/open-browser.ts";
import type { Command } from "../command.ts";
import { exit, UsageError } from "../exit-codes.ts";
import { durationOption, portOption, readOptions, sizeOption } from "../options.ts";
import type { World } from "../world.ts";

export const command: Command = {
  help: `Start the backend here, in the foreground: OTLP in; sessions, live tail and the page out.

  throughline up
  throughline up --port 0 --grpc-port 0 --data /tmp/try
  throughline up --tempo http://localhost:3200 --loki http://localhost:3100 --forward http://localhost:4319
  THROUGHLINE_TOKEN=... throughline up --host 0.0.0.0

Usage: throughline up [options]

  --host ADDRESS      where to listen (default 127.0.0.1; beyond this machine only with a token)
  --port N            page, API and OTLP/HTTP (default 4318; 0 takes any free port)
  --grpc-port N       OTLP/gRPC (default 4317; 0 takes any free port)
  --data DIR          where sessions are kept (default $XDG_DATA_HOME/throughline)
  --retention TIME    how long they are kept, e.g. 12h, 7d, 4w (default 7d)
  --max-size SIZE     how much disk they may take, e.g. 500MB, 10GB (default 10GB)
  --token TOKEN       ask everybody for it; better set as THROUGHLINE_TOKEN, which process lists don't show
  --allow-host NAME   a further name under which clients reach this server; may be repeated
  --tempo URL         read sessions from this Tempo instead, and keep nothing here
  --loki URL          the same, from this Loki; one of the two is enough
  --forward URL       with these: where telemetry that comes in is handed on to, as OTLP over HTTP
  --selector '{...}'  which of Loki's streams to look at (default {service_name=~".+"})
  --profile NAME      names on the wire: default or ameide
  --demo              let an example agent send two sessions if none are kept yet
  --open              open the page in a browser

Ends with 0 when stopped by throughline down (SIGTERM), with 130 on Ctrl-C.
`,
  async run(argv, world) {
    const options = readOptions(argv, {
      host: { type: "string" },
      port: { type: "string" },
      "grpc-port": { type: "string" },
      data: { type: "string" },
      retention: { type: "string", default: "7d" },
      "max-size": { type: "string", default: "10GB" },
      token: { type: "string" },
      "allow-host": { type: "string", multiple: true },
      tempo: { type: "string" },
      loki: { type: "string" },
      forward: { type: "string" },
      selector: { type: "string" },
      profile: { type: "string" },
      demo: { type: "boolean" },
      open: { type: "boolean" },
    });
    const wanted = serveOptions(options, world);
    const stopAsked = world.stopAsked();
    const backend = await startBackend(
      {
        data: dataDirectory(options.data, world),
        retentionMs: durationOption("--retention", options.retention),
        maxBytes: sizeOption("--max-size", options["max-size"]),
        engines: engineOptions(options),
        serve: wanted,
      },
      world,
    );
    const { url, grpc, data, version } = backend.running;
    const kept =
      options.tempo === undefined && options.loki === undefined
        ? `data in ${data}`
        : `sessions from ${[options.tempo, options.loki].filter((each) => each !== undefined).join(" and ")}`;
    world.err(
      `throughline ${version}: page and OTLP/HTTP at ${url}, OTLP/gRPC at ${grpc}, ${kept}; point an app at it: OTEL_EXPORTER_OTLP_ENDPOINT=${url}\n`,
    );
    if (options.open === true) openBrowser(url);
    if (options.demo === true) {
      const leaving = new AbortController();
      void stopAsked.then(() => leaving.abort());
      const { token } = wanted;
      const sent = await demonstrate({ url, token, signal: leaving.signal });
      if (sent) world.err(`throughline: an example agent has sent two sessions; see ${url}\n`);
    }
    const signal = await stopAsked;
    await backend.stop();
    return signal === "SIGINT" ? exit.interrupted : exit.ok;
  },
};

interface EnginesGiven {
  readonly tempo?: string;
  readonly loki?: string;
  readonly forward?: string;
  readonly selector?: string;
  readonly profile?: string;
}

function engineOptions(given: EnginesGiven): BackendOptions["engines"] {
  const { forward, loki, profile: name, selector, tempo } = given;
  if (tempo === undefined && loki === undefined) {
    if (forward === undefined) return undefined;
    throw new UsageError(
      "--forward goes with --tempo or --loki: without them sessions are kept here.",
    );
  }
  for (const [option, url] of Object.entries({ tempo, loki, forward }))
    if (url !== undefined && !/^https?:\/\/[^/]/.test(url))
      throw new UsageError(`--${option} takes an address such as http://localhost:3200.`);
  const named = name === undefined ? undefined : profile(name);
  if (name !== undefined && named === undefined)
    throw new UsageError(`--profile "${name}" is not known.`);
  return {
    ...(tempo !== undefined && { tempo }),
    ...(loki !== undefined && { loki }),
    ...(forward !== undefined && { forward }),
    ...(selector !== undefined && { selector }),
    ...(named !== undefined && { profile: named }),
  };
}

interface Given {
  readonly host?: string;
  readonly port?: string;
  readonly "grpc-port"?: string;
  readonly token?: string;
  readonly "allow-host"?: readonly string[];
}

function serveOptions(given: Given, { env }: World): BackendOptions["serve"] {
  const port = portOption("--port", given.port);
  const grpcPort = portOption("--grpc-port", given["grpc-port"]);
  if (given.token === "") throw new UsageError("--token is empty.");
  const token = given.token ?? (env["THROUGHLINE_TOKEN"] || undefined);
  return {
    ...(given.host !== undefined && { host: given.host }),
    ...(port !== undefined && { port }),
    ...(grpcPort !== undefined && { grpcPort }),
    ...(token !== undefined && { token }),
    ...(given["allow-host"] !== undefined && { allowHosts: given["allow-host"] }),
  };
}

import { attr, carrierOfEnvironment, parseTraceparent, readCarrier } from "@throughline/core";

import { bad, type Check, odd } from "./check.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What stands in the environment that would break the thread of an agent started from here. */
export function checkEnvironment(env: Env, url: string): Check[] {
  return [...checkSdk(env), ...checkEndpoints(env, url), ...checkNames(env), ...checkCarrier(env)];
}

function checkSdk(env: Env): Check[] {
  const found: Check[] = [];
  if (/^true$/i.test(env["OTEL_SDK_DISABLED"] ?? ""))
    found.push(
      bad("OTEL_SDK_DISABLED=true: nothing is emitted at all.", "unset OTEL_SDK_DISABLED"),
    );
  const sampler = env["OTEL_TRACES_SAMPLER"] ?? "";
  if (/always_off|traceidratio/.test(sampler))
    found.push(
      bad(
        `OTEL_TRACES_SAMPLER=${sampler} drops whole traces, and with them turns of a session.`,
        "unset OTEL_TRACES_SAMPLER, or sample by session",
      ),
    );
  for (const signal of ["TRACES", "LOGS"]) {
    const exporters = env[`OTEL_${signal}_EXPORTER`];
    if (exporters !== undefined && !exporters.split(",").some((each) => each.trim() === "otlp"))
      found.push(
        bad(
          `OTEL_${signal}_EXPORTER=${exporters}: they are not sent.`,
          `unset OTEL_${signal}_EXPORTER`,
        ),
      );
  }
  return found;
}

function checkEndpoints(env: Env, url: string): Check[] {
  const found: Check[] = [];
  for (const signal of ["", "TRACES_", "LOGS_", "METRICS_"]) {
    const name = `OTEL_EXPORTER_OTLP_${signal}ENDPOINT`;
    const endpoint = env[name];
    if (endpoint === undefined || endpoint === "") continue;
    const protocol =
      env[`OTEL_EXPORTER_OTLP_${signal}PROTOCOL`] ?? env["OTEL_EXPORTER_OTLP_PROTOCOL"];
    found.push(...checkEndpoint(name, endpoint, protocol, url));
  }
  const headers = env["OTEL_EXPORTER_OTLP_HEADERS"] ?? "";
  if (env["THROUGHLINE_TOKEN"] && !/authorization=/i.test(headers))
    found.push(
      odd(
        "THROUGHLINE_TOKEN is set, but exporters started from here send no token.",
        "OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20TOKEN; throughline run sets it by itself",
      ),
    );
  const proxy = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].find((each) => env[each]);
  const past = env["NO_PROXY"] ?? env["no_proxy"] ?? "";
  const { hostname } = new URL(url);
  if (proxy !== undefined && !past.includes(hostname) && past !== "*")
    found.push(odd(`${proxy} is set, and ${hostname} is not in NO_PROXY.`, `NO_PROXY=${hostname}`));
  return found;
}

function checkEndpoint(
  name: string,
  endpoint: string,
  protocol: string | undefined,
  url: string,
): Check[] {
  const at = URL.parse(endpoint);
  if (at === null)
    return [bad(`${name}=${endpoint} is no address with a scheme.`, `${name}=${url}`)];
  const isGrpc = protocol === "grpc";
  if (isGrpc && at.port === "4318")
    return [
      bad(
        `${name} names the HTTP port, the protocol is grpc.`,
        `${name}=http://${at.hostname}:4317`,
      ),
    ];
  if (!isGrpc && protocol !== undefined && at.port === "4317")
    return [
      bad(
        `${name} names the gRPC port, the protocol is ${protocol}.`,
        `${name}=http://${at.hostname}:4318`,
      ),
    ];
  const isGeneral = name === "OTEL_EXPORTER_OTLP_ENDPOINT";
  if (isGeneral && /\/v1\/(?:traces|logs|metrics)\/?$/.test(at.pathname))
    return [
      bad(`${name}=${endpoint}: exporters add /v1/... to it themselves.`, `${name}=${at.origin}`),
    ];
  if (!isGeneral && !isGrpc && !/\/v1\/(?:traces|logs|metrics)\/?$/.test(at.pathname))
    return [
      bad(
        `${name}=${endpoint} is used as it is, and lacks /v1/...`,
        `${name}=${endpoint.replace(/\/$/, "")}/v1/${signalOf(name)}`,
      ),
    ];
  const ours = new URL(url);
  if (at.host !== ours.host && at.port !== "4317")
    return [odd(`${name}=${endpoint} leads elsewhere than ${url}.`, `${name}=${url}`)];
  return [];
}

function signalOf(name: string): string {
  return /TRACES|LOGS|METRICS/.exec(name)?.[0].toLowerCase() ?? "traces";
}

function checkNames(env: Env): Check[] {
  const found: Check[] = [];
  if (
    new RegExp(`(?:^|,)\\s*${attr.sessionId.replace(".", "\\.")}=`).test(
      env["OTEL_RESOURCE_ATTRIBUTES"] ?? "",
    )
  )
    found.push(
      bad(
        `OTEL_RESOURCE_ATTRIBUTES sets ${attr.sessionId}: a process is no session (C02).`,
        "take it out; BAGGAGE carries a session to a child process",
      ),
    );
  const propagators = env["OTEL_PROPAGATORS"];
  for (const needed of ["tracecontext", "baggage"])
    if (propagators !== undefined && !propagators.split(",").some((each) => each.trim() === needed))
      found.push(
        bad(
          `OTEL_PROPAGATORS=${propagators} lacks ${needed}: the session is lost between processes.`,
          "OTEL_PROPAGATORS=tracecontext,baggage",
        ),
      );
  return found;
}

function checkCarrier(env: Env): Check[] {
  const found: Check[] = [];
  const parent = env["TRACEPARENT"];
  if (parent !== undefined && parseTraceparent(parent) === undefined)
    found.push(bad(`TRACEPARENT=${parent} is none.`, "unset TRACEPARENT"));
  const { session } = readCarrier(carrierOfEnvironment(env));
  if (session?.result === "rejected")
    found.push(bad(`BAGGAGE names a session that is none (${session.fault}).`, "unset BAGGAGE"));
  else if (session !== undefined)
    found.push(
      odd(
        `BAGGAGE carries the session ${session.id}: what starts from here belongs to it.`,
        "unset BAGGAGE if that is over",
      ),
    );
  return found;
}

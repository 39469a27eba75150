import type { Route } from "../door/router.ts";
import { reply, replyJson } from "../door/visit.ts";
import type { Registry } from "./registry.ts";

export interface ProbeOptions {
  readonly registry: Registry;
  /** Which run of the server this is: `throughline status` tells by it whether a port is really ours. */
  readonly instance: string;
  readonly version: string;
  readonly ready: () => boolean;
}

export function probeRoutes({ registry, instance, version, ready }: ProbeOptions): Route[] {
  const health = (path: string, answer: Route["handle"]): Route => ({
    method: "GET",
    path,
    tongue: "json",
    name: "health",
    open: true,
    handle: answer,
  });
  const readiness: Route["handle"] = ({ response }) =>
    ready()
      ? reply(response, 200, "text/plain; charset=utf-8", "ready\n")
      : reply(response, 503, "text/plain; charset=utf-8", "stopping\n");

  return [
    health("/healthz", ({ response }) => replyJson(response, { status: "ok", instance, version })),
    health("/readyz", readiness),
    // Under this name Loki and Tempo are asked.
    health("/ready", readiness),
    {
      method: "GET",
      path: "/metrics",
      tongue: "json",
      name: "metrics",
      handle: ({ response }) =>
        reply(response, 200, "text/plain; version=0.0.4; charset=utf-8", registry.print()),
    },
  ];
}

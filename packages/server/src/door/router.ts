import { Refusal } from "../refusal/refusal.ts";
import type { Visit } from "./visit.ts";

/** How a door speaks: its refusals must come in the shape its clients read. `text` is what Tempo and Loki answer with. */
export type Tongue = "otlp" | "json" | "page" | "text";

export interface Route {
  readonly method: "GET" | "POST";
  /** Segments with a colon capture: `/api/v1/sessions/:id/records`. One that ends in `+` captures several, slashes and all. */
  readonly path: string;
  readonly tongue: Tongue;
  /** What metrics call it. */
  readonly name: string;
  /** Health answers anybody: probes bring no token and name the machine as they like. */
  readonly open?: boolean;
  handle(visit: Visit): void | Promise<void>;
}

export interface Match {
  readonly route: Route;
  readonly captured: readonly string[];
}

export interface Router {
  /** The route that a request wants, or the refusal to tell it. */
  find(method: string, path: string): Match | Refusal;
}

export function createRouter(routes: readonly Route[]): Router {
  const literal = new Map<string, Route[]>();
  const patterns = new Map<string, { readonly segments: readonly string[]; routes: Route[] }>();
  for (const route of routes) {
    if (!route.path.includes("/:")) {
      literal.set(route.path, [...(literal.get(route.path) ?? []), route]);
      continue;
    }
    const known = patterns.get(route.path);
    if (known === undefined) {
      patterns.set(route.path, { segments: route.path.split("/"), routes: [route] });
    } else known.routes.push(route);
  }

  return {
    find(method, path) {
      const exact = literal.get(path);
      if (exact !== undefined) return choose(exact, method, []);
      const segments = path.split("/");
      for (const pattern of patterns.values()) {
        const captured = capture(pattern.segments, segments);
        if (captured !== undefined) return choose(pattern.routes, method, captured);
      }
      return new Refusal("no_door");
    },
  };
}

function choose(routes: readonly Route[], method: string, captured: readonly string[]) {
  const wanted = method === "HEAD" ? "GET" : method;
  const route = routes.find((route) => route.method === wanted);
  if (route !== undefined) return { route, captured };
  const allow = routes.map((route) => (route.method === "GET" ? "GET, HEAD" : route.method));
  return new Refusal("method_not_allowed", `It takes ${allow.join(", ")}.`, {
    headers: { allow: allow.join(", ") },
  });
}

/** Segments are decoded after the split: a session id may hold an encoded slash. */
function capture(pattern: readonly string[], path: readonly string[]): string[] | undefined {
  const open = pattern.findIndex((segment) => /^:.*\+$/.test(segment));
  const more = open < 0 ? 0 : path.length - pattern.length;
  if (more < 0 || pattern.length + more !== path.length) return undefined;
  const captured: string[] = [];
  for (const [index, wanted] of pattern.entries()) {
    const from = open >= 0 && index > open ? index + more : index;
    const given = path.slice(from, index === open ? from + more + 1 : from + 1).join("/");
    if (!wanted.startsWith(":")) {
      if (wanted !== given) return undefined;
    } else {
      captured.push(given);
    }
  }
  return captured;
}

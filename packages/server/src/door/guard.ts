import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";

import { Refusal } from "../refusal/refusal.ts";

/** Who gets in. One guard stands before both protocols. */
export interface Guard {
  /** Throws unless the Host is ours and no foreign page asks. `navigation` lets links from elsewhere open the page itself. */
  place(headers: IncomingHttpHeaders, navigation: boolean): void;
  /** Throws unless the token is shown, as Bearer or as the page's cookie. */
  token(headers: Readonly<Record<string, string | string[] | undefined>>): void;
  readonly wantsToken: boolean;
  /** The Set-Cookie for somebody who typed the right token into the page; undefined for a wrong one. */
  cookieFor(typed: string): string | undefined;
}

export interface GuardOptions {
  /** The address that is listened on. */
  readonly host: string;
  readonly token: string | undefined;
  readonly allowHosts: readonly string[];
}

export function isLoopback(host: string): boolean {
  const name = bareHost(host);
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "::1" ||
    name === "::ffff:127.0.0.1" ||
    (isIP(name) === 4 && name.startsWith("127."))
  );
}

export function createGuard({ host, token, allowHosts }: GuardOptions): Guard {
  const named = new Set([host, ...allowHosts].map(bareHost));
  const beyond = !isLoopback(host);
  const known = (name: string) =>
    isLoopback(name) || named.has(name) || (beyond && neverRebound(name));
  const secret = token === undefined ? undefined : secretOf(token);

  return {
    wantsToken: secret !== undefined,
    place(headers, navigation) {
      const given = headers.host ?? "";
      if (!known(bareHost(given))) throw new Refusal("foreign_host", `It was "${short(given)}".`);
      const { origin } = headers;
      if (origin !== undefined && !sameOrigin(origin, given)) {
        throw new Refusal("foreign_origin", `It was "${short(origin)}".`);
      }
      const site = headers["sec-fetch-site"];
      if (site === undefined || site === "same-origin" || site === "none") return;
      if (navigation && headers["sec-fetch-mode"] === "navigate") return;
      throw new Refusal("foreign_origin");
    },
    token(headers) {
      if (secret === undefined) return;
      const bearer = /^bearer +(.+)$/i.exec(first(headers["authorization"]))?.[1];
      if (bearer !== undefined && secret.isToken(bearer.trim())) return;
      if (secret.isCookie(cookie(first(headers["cookie"])))) return;
      throw new Refusal("unauthorized", "", { headers: { "www-authenticate": "Bearer" } });
    },
    cookieFor(typed) {
      if (secret === undefined || !secret.isToken(typed)) return undefined;
      return `${cookieName}=${secret.cookie}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000`;
    },
  };
}

const cookieName = "throughline";

interface Secret {
  readonly cookie: string;
  isToken(given: string): boolean;
  isCookie(given: string): boolean;
}

/**
 * Cookies know no ports: whatever else listens on this machine's name gets them too. So the cookie is derived from the
 * token and never the token itself.
 */
function secretOf(token: string): Secret {
  const cookie = createHmac("sha256", token).update("throughline page").digest("base64url");
  return {
    cookie,
    isToken: (given) => sameText(given, token),
    isCookie: (given) => sameText(given, cookie),
  };
}

/** In constant time, whatever the lengths: digests are compared. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function cookie(header: string): string {
  for (const pair of header.split(";")) {
    const [name, value = ""] = pair.split("=", 2);
    if (name?.trim() === cookieName) return value.trim();
  }
  return "";
}

function first(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

/**
 * DNS rebinding needs a name that an attacker can point at this machine. Addresses and names without a public DNS behind
 * them (`throughline`, `throughline.tools.svc.cluster.local`, `box.internal`) can't be one.
 */
function neverRebound(name: string): boolean {
  if (name === "") return false;
  return (
    isIP(name) !== 0 ||
    !name.includes(".") ||
    name === hostname().toLowerCase() ||
    /\.(svc|svc\.cluster\.local|internal|local)$/.test(name)
  );
}

/** Lower case, without port, brackets and the dot of a full name. */
function bareHost(host: string): string {
  const text = host.trim().toLowerCase();
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed;
  const name = isIP(text) === 6 ? text : text.replace(/:\d*$/, "");
  return name.replace(/\.$/, "");
}

/** The scheme is left open: a proxy before us may speak TLS. */
function sameOrigin(origin: string, host: string): boolean {
  const asked = host.trim().toLowerCase();
  return origin === `http://${asked}` || origin === `https://${asked}`;
}

function short(text: string): string {
  return text.slice(0, 80);
}

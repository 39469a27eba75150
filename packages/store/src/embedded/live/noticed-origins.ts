import { decodeResource, decodeScope } from "@throughline/core/otlp";
import { plainResource, plainScope, type Resource, type Scope } from "@throughline/core/record";
import type { Day } from "../days/day.ts";
import type { NoticedOrigin } from "../write/protocol.ts";

export interface LiveOrigin {
  readonly resource: Resource;
  readonly scope: Scope;
}

/** The writer names an origin again once it has met 4,096 others, so that these are never forgotten too early. */
const KEPT = 8_192;

/** Resources and scopes of what is followed live, decoded when somebody looks. */
export class NoticedOrigins {
  readonly #known = new Map<string, NoticedOrigin | LiveOrigin>();

  add(day: Day, origins: readonly NoticedOrigin[]): void {
    for (const origin of origins) {
      const key = `${day} ${origin.id}`;
      this.#known.delete(key);
      this.#known.set(key, origin);
    }
    for (const key of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(key);
    }
  }

  of(day: Day, id: number): LiveOrigin {
    const key = `${day} ${id}`;
    const known = this.#known.get(key);
    if (known === undefined) return NOTHING;
    if (!("id" in known)) return known;
    const origin = {
      resource: plainResource(decodeResource(known.resource)),
      scope: plainScope(decodeScope(known.scope)),
    };
    this.#known.set(key, origin);
    return origin;
  }
}

const NOTHING: LiveOrigin = { resource: plainResource(undefined), scope: plainScope(undefined) };

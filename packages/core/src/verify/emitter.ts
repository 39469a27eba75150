import { attr } from "../names.ts";
import type { Resource } from "../record/record.ts";
import { contentCaptures, type ContentCapture } from "../vocabulary.ts";
import type { ServiceTally } from "./finding.ts";
import { Eye, type Leak } from "./glance.ts";
import { sessionNames, type Settings } from "./settings.ts";

/** What a resource says about who emits: read once, since all records of a batch share it. */
export interface Emitter {
  readonly service: string;
  /** Service and instance: whose clock, and whose counting. */
  readonly process: string;
  /** Undefined where it does not say. */
  readonly capture: ContentCapture | undefined;
  /** What among the attributes has the shape of a secret. */
  readonly secrets: readonly Leak[];
  /** Under which name a session stands among the attributes, where it must not. */
  readonly sessionName: string | undefined;
  /** What its service sent so far. */
  readonly tally: Tally;
}

export type Tally = { -readonly [key in keyof ServiceTally]: ServiceTally[key] };

/** Telemetry that makes up a service a request would otherwise grow without bound. */
const SERVICES_KEPT = 1_000;
const BEYOND = "(further services)";

export class Emitters {
  readonly #secretsIn: Settings["secretsIn"];
  readonly #sessionNames: readonly string[];
  readonly #known = new WeakMap<Resource, Emitter>();
  readonly #tallies = new Map<string, Tally>();

  constructor({ profile, secretsIn }: Settings) {
    this.#secretsIn = secretsIn;
    this.#sessionNames = [...sessionNames(profile)];
  }

  of(resource: Resource): Emitter {
    let emitter = this.#known.get(resource);
    if (emitter === undefined) {
      emitter = this.#read(resource);
      this.#known.set(resource, emitter);
    }
    return emitter;
  }

  tallies(): readonly ServiceTally[] {
    return [...this.#tallies.values()]
      .map((tally) => ({ ...tally }))
      .toSorted((a, b) => (a.service < b.service ? -1 : 1));
  }

  #tallyOf(service: string): Tally {
    const name =
      this.#tallies.size < SERVICES_KEPT || this.#tallies.has(service) ? service : BEYOND;
    let tally = this.#tallies.get(name);
    if (tally === undefined) {
      tally = { service: name, spans: 0, logs: 0, calls: 0, tools: 0 };
      this.#tallies.set(name, tally);
    }
    return tally;
  }

  #read({ attributes }: Resource): Emitter {
    const service = attributes[attr.serviceName];
    const instance = attributes[attr.serviceInstanceId];
    const name = typeof service === "string" ? service : "unknown_service";
    const declared = attributes[attr.contentCapture];
    return {
      service: name,
      process: typeof instance === "string" ? `${name}\n${instance}` : name,
      capture: contentCaptures.find((capture) => capture === declared),
      secrets: Eye.secretsAmong(attributes, "the resource: ", this.#secretsIn),
      sessionName: this.#sessionNames.find((key) => attributes[key] !== undefined),
      tally: this.#tallyOf(name),
    };
  }
}

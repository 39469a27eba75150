import { attr } from "../names.ts";
import type { Resource } from "../record/record.ts";
import { contentCaptures, type ContentCapture } from "../vocabulary.ts";

/** What a resource says about who emits: read once, since all records of a batch share it. */
export interface Emitter {
  readonly service: string;
  /** Service and instance: whose clock, and whose counting. */
  readonly process: string;
  /** Undefined where it does not say. */
  readonly capture: ContentCapture | undefined;
  /** The shape of a secret among the attributes. */
  readonly secret: string | undefined;
}

export class Emitters {
  readonly #secretsIn: (text: string) => readonly string[];
  readonly #known = new WeakMap<Resource, Emitter>();

  constructor(secretsIn: (text: string) => readonly string[]) {
    this.#secretsIn = secretsIn;
  }

  of(resource: Resource): Emitter {
    let emitter = this.#known.get(resource);
    if (emitter === undefined) {
      emitter = this.#read(resource);
      this.#known.set(resource, emitter);
    }
    return emitter;
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
      secret: Object.values(attributes)
        .filter((value) => typeof value === "string")
        .flatMap((value) => this.#secretsIn(value))[0],
    };
  }
}

import { createHash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SkimmedGroup } from "@throughline/core/otlp";
import type { NoticedOrigin } from "./protocol.ts";
import type { Words } from "./words.ts";

/** Distinct origins a stranger may make us remember; the rest are found again by their digests. */
const KEPT = 4_096;

export interface Origin {
  readonly id: number;
  readonly service: string;
}

/** Resource and scope of records, each stored once a day by its content. */
export class Origins {
  readonly #words: Words;
  #known = new Map<string, Origin>();
  #last: { group: SkimmedGroup; origin: Origin } | undefined;
  readonly #findOrigin: StatementSync;
  readonly #addOrigin: StatementSync;
  readonly #resources: Contents;
  readonly #scopes: Contents;
  /** Met since the last commit for the first time in this process: whoever follows live does not know them yet. */
  #fresh: NoticedOrigin[] = [];

  constructor(db: DatabaseSync, words: Words) {
    this.#words = words;
    this.#findOrigin = db.prepare("select id from origin where resource = ? and scope = ?");
    this.#addOrigin = db.prepare(
      "insert into origin (resource, scope, service) values (?, ?, ?) returning id",
    );
    this.#resources = new Contents(db, "resource", "service");
    this.#scopes = new Contents(db, "scope", "name");
  }

  /** `serviceIndex` is where the service's name stands among the group's resource values. */
  of(group: SkimmedGroup, serviceIndex: number): Origin {
    if (this.#last?.group === group) return this.#last.origin;
    const key = contentOf(group);
    let origin = this.#known.get(key);
    if (origin === undefined) {
      origin = this.#store(group, serviceIndex);
      if (this.#known.size >= KEPT) this.#known = new Map();
      this.#known.set(key, origin);
      this.#fresh.push({
        id: origin.id,
        resource: group.resource.slice(),
        resourceSchemaUrl: group.resourceSchemaUrl,
        scope: group.scope.slice(),
        scopeSchemaUrl: group.scopeSchemaUrl,
      });
    }
    this.#last = { group, origin };
    return origin;
  }

  takeFresh(): NoticedOrigin[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    this.#last = undefined;
    return fresh;
  }

  resourceOf(group: SkimmedGroup, serviceIndex: number): number {
    return this.#resources.id(
      group.resource,
      group.resourceSchemaUrl,
      serviceOf(group, serviceIndex),
    );
  }

  #store(group: SkimmedGroup, serviceIndex: number): Origin {
    const service = serviceOf(group, serviceIndex);
    const resource = this.resourceOf(group, serviceIndex);
    const scope = this.#scopes.id(group.scope, group.scopeSchemaUrl, group.scopeName);
    const found =
      this.#findOrigin.get(resource, scope) ??
      this.#addOrigin.get(resource, scope, this.#words.of(service) ?? 0);
    return { id: Number(found?.["id"]), service };
  }
}

function serviceOf(group: SkimmedGroup, index: number): string {
  const value = group.resourceValues[index];
  return typeof value === "string" ? value : "";
}

/** Equal for equal content, and cheaper than a digest: a group has some hundred bytes. */
function contentOf({ resource, resourceSchemaUrl, scope, scopeSchemaUrl }: SkimmedGroup): string {
  return `${resource.length} ${latin1(resource)}${latin1(scope)}\n${resourceSchemaUrl}\n${scopeSchemaUrl}`;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Messages of one kind by the hash of their content. */
class Contents {
  readonly #find: StatementSync;
  readonly #add: StatementSync;

  constructor(db: DatabaseSync, table: "resource" | "scope", name: "service" | "name") {
    this.#find = db.prepare(`select id from ${table} where digest = ?`);
    this.#add = db.prepare(
      `insert into ${table} (digest, ${name}, schema_url, data) values (?, ?, ?, ?) returning id`,
    );
  }

  id(data: Uint8Array, schemaUrl: string, name: string): number {
    const hash = createHash("sha256").update(data).update("\n").update(schemaUrl).digest();
    const digest = hash.subarray(0, 16);
    const found = this.#find.get(digest) ?? this.#add.get(digest, name, schemaUrl, data);
    return Number(found?.["id"]);
  }
}

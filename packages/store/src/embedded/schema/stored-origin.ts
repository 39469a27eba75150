import type { DatabaseSync } from "node:sqlite";
import { decodeResource, decodeScope } from "@throughline/core/otlp";
import { plainResource, plainScope, type Resource, type Scope } from "@throughline/core/record";

/** Resource and scope of records, as records have them. */
export interface StoredOrigin {
  readonly resource: Resource;
  readonly scope: Scope;
}

/** All origins of a day: some hundred at most days, and decoded once for all their records. */
export function originsIn(db: DatabaseSync): ReadonlyMap<number, StoredOrigin> {
  const rows = db.prepare(
    `select origin.id as id, resource.data as resource, scope.data as scope
     from origin join resource on resource.id = origin.resource join scope on scope.id = origin.scope`,
  );
  const origins = new Map<number, StoredOrigin>();
  for (const { id, resource, scope } of rows.iterate())
    if (resource instanceof Uint8Array && scope instanceof Uint8Array)
      origins.set(Number(id), {
        resource: plainResource(decodeResource(resource)),
        scope: plainScope(decodeScope(scope)),
      });
  return origins;
}

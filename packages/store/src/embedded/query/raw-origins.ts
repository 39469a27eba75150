import type { EncodedResource } from "@throughline/core/otlp";
import { joinRequest, writeRecord, ByteWriter } from "@throughline/core/otlp";
import { bytesOf, type DayFile, textOf } from "../read/day-file.ts";

interface RawOrigin {
  readonly resource: Uint8Array;
  readonly resourceSchemaUrl: string;
  readonly scope: Uint8Array;
  readonly scopeSchemaUrl: string;
}

interface RawRecord {
  readonly file: DayFile;
  readonly origin: number;
  readonly bytes: Uint8Array;
}

/** An export request of these records, byte for byte as they came in, under their resources and scopes. */
export function requestOf(records: readonly RawRecord[]): Uint8Array {
  const groups = new Map<DayFile, Map<number, ByteWriter>>();
  for (const { bytes, file, origin } of records) {
    let origins = groups.get(file);
    if (origins === undefined) groups.set(file, (origins = new Map()));
    let writer = origins.get(origin);
    if (writer === undefined) origins.set(origin, (writer = new ByteWriter(1_024)));
    writeRecord(writer, bytes);
  }
  return joinRequest([...groups].flatMap(([file, origins]) => resourcesOf(file, origins)));
}

function resourcesOf(file: DayFile, origins: ReadonlyMap<number, ByteWriter>): EncodedResource[] {
  return Array.from(origins, ([origin, writer]) => {
    const { resource, resourceSchemaUrl, scope, scopeSchemaUrl } = rawOrigin(file, origin);
    return {
      resource,
      schemaUrl: resourceSchemaUrl,
      scopes: [
        { scope, schemaUrl: scopeSchemaUrl, records: [writer.bytes.subarray(0, writer.pos)] },
      ],
    };
  });
}

function rawOrigin(file: DayFile, id: number): RawOrigin {
  const row = file.get(
    `select resource.data as resource, resource.schema_url as resource_url,
       scope.data as scope, scope.schema_url as scope_url
     from origin join resource on resource.id = origin.resource join scope on scope.id = origin.scope
     where origin.id = ?`,
    id,
  );
  return {
    resource: bytesOf(row?.["resource"]),
    resourceSchemaUrl: textOf(row?.["resource_url"]),
    scope: bytesOf(row?.["scope"]),
    scopeSchemaUrl: textOf(row?.["scope_url"]),
  };
}

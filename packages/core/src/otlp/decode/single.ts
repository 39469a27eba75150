import { limitsOf } from "../limits.ts";
import type { Resource, Scope } from "../model.ts";
import { ProtoReader } from "../wire/reader.ts";
import { emptyResource, emptyScope, readResourceFields, readScopeFields } from "./common.ts";
import type { DecodeOptions } from "./request.ts";

/** The bytes of one Resource message. */
export function decodeResource(bytes: Uint8Array, options?: DecodeOptions): Resource {
  const resource = emptyResource();
  readResourceFields(new ProtoReader(bytes, limitsOf(options)), resource);
  return resource;
}

/** The bytes of one InstrumentationScope message. */
export function decodeScope(bytes: Uint8Array, options?: DecodeOptions): Scope {
  const scope = emptyScope();
  readScopeFields(new ProtoReader(bytes, limitsOf(options)), scope);
  return scope;
}

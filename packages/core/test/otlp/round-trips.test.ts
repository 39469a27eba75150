import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  anyMessage,
  encodeByProtobufjs,
  readByProtobufjs,
  requestTypes,
  signals,
} from "./protos.ts";
import { ours } from "./requests.ts";

describe.each(signals)("any %s request", (signal) => {
  const type = requestTypes[signal];
  const request = anyMessage(type).map((json) => encodeByProtobufjs(type, json));

  it("means the same to protobufjs after protobuf > model > protobuf", () => {
    fc.assert(
      fc.property(request, (bytes) => {
        const again = ours[signal].again(bytes);
        expect(readByProtobufjs(type, again)).toEqual(readByProtobufjs(type, bytes));
        // What we write we write the same way twice.
        expect(ours[signal].again(again)).toEqual(again);
      }),
      { numRuns: 300 },
    );
  });

  it("survives protobuf > model > JSON text > model > protobuf", () => {
    fc.assert(
      fc.property(request, (bytes) => {
        const json = JSON.stringify(ours[signal].toJson(bytes));
        expect(ours[signal].fromJson(json)).toEqual(ours[signal].again(bytes));
      }),
      { numRuns: 300 },
    );
  });
});

import type { SetUp } from "../subject.ts";
import { otelRecords } from "./otel-records.ts";

/** The records of a session of its own each step. */
export const setUp: SetUp = (endpoint) => otelRecords(endpoint, 1);

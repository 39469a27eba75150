import { turnsPerSession, type SetUp } from "../subject.ts";
import { otelRecords } from "./otel-records.ts";

/** The records of sessions of many turns. */
export const setUp: SetUp = (endpoint) => otelRecords(endpoint, turnsPerSession);

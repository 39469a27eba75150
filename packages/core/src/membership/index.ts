export type { Belonging, KeyReader, Placed } from "./belonging.ts";
export {
  createMembership,
  type BelongingChange,
  type Membership,
  type MembershipOptions,
} from "./create-membership.ts";
export type { Few } from "./few.ts";
export { resolve, type Resolution, type ResolveOptions } from "./resolve.ts";
export {
  mergeTallies,
  sessionOfStrand,
  sessionOfTrace,
  splitTarget,
  tallyOf,
  targetOf,
  type TraceTally,
} from "./tally.ts";

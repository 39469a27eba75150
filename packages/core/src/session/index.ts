export type {
  Cost,
  JsonMap,
  JsonValue,
  Membership,
  Session,
  SessionRecord,
  SessionState,
  Tokens,
} from "./session.ts";

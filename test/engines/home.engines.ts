import { describeAgents } from "../../packages/server/test/engines/agents.ts";
import { lost, polled } from "../../packages/server/test/engines/exceptions.ts";
import { describeHome } from "../../packages/store/test/conformance/suite.ts";
import { openEnginesHome } from "./home.ts";

const name = "the home on real Tempo and Loki";

/** What is sent takes seconds to show here, and longer where it never does: what is lost is tried before our own doors. */
const notAlways = {
  ...lost,
  ...polled,
  "a list goes on where it was while sessions change":
    "of a trace that came in pieces a search of Tempo may tell one: the list is then 10 seconds behind",
  "a reference is an id, an alias, a unique prefix or latest":
    "searches of Tempo show no span that begins in the future, as one of the case does",
  "what was delivered twice is shown once":
    "of two spans with the same ids Tempo gives now the one, now the other",
  "a session's OTLP is what was sent of it, resources and scopes included":
    "Loki keeps no attribute apart by resource, scope and record, nor its type",
  "what is followed can be filtered":
    "Loki shows a log record at once and Tempo a span a second later: the sums are told in between",
};

describeHome(name, openEnginesHome, { notAlways });
describeAgents(name, openEnginesHome);

import { describeAgents } from "../../packages/server/test/engines/agents.ts";
import { exceptions } from "../../packages/server/test/engines/exceptions.ts";
import { describeHome } from "../../packages/store/test/conformance/suite.ts";
import { openEnginesHome } from "./home.ts";

const name = "the home on real Tempo and Loki";

describeHome(name, openEnginesHome, exceptions);
describeAgents(name, openEnginesHome);

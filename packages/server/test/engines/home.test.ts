import { describeHome } from "../../../store/test/conformance/suite.ts";
import { describeAgents } from "./agents.ts";
import { lost, polled } from "./exceptions.ts";
import { openOnOwnDoors } from "./own-doors.ts";

const name = "the home on Tempo and Loki, before our own doors for their clients";

describeHome(name, openOnOwnDoors, { never: lost, notAlways: polled });
describeAgents(name, openOnOwnDoors);

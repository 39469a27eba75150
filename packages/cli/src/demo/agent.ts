/**
 * The example agent behind `up --demo`, in a process of its own like any agent: the support desk of a small shop.
 *
 * Its model and its tools follow a script, so that it needs no key and no network. What it reports is real: it goes
 * through the SDK, over OTLP, to whatever OTEL_EXPORTER_OTLP_ENDPOINT names.
 */
import { start } from "@throughline/sdk/start";

import { refundInSlack } from "./refund-in-slack.ts";
import { reportOnTheCommandLine } from "./report-on-the-command-line.ts";

const telemetry = start({ service: "shop-agent" });
await refundInSlack();
await reportOnTheCommandLine();
await telemetry.shutdown();

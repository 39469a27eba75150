import { casesOf } from "../rule-cases.ts";
import { ended, event, home, ofOther, started } from "../scene.ts";

const did = (id: string) => ({ "throughline.delegation.id": id });
const delegated = event("throughline.delegation.start", did("d1"));

casesOf("C13", {
  breaks: [
    {
      name: "AgentOps: work handed over, and nothing heard since",
      records: [started, ...home, delegated, ended],
      fault: "unclosed",
      at: ["throughline.delegation.start"],
    },
    {
      name: "progress is no end",
      records: [...home, delegated, event("throughline.delegation.progress", did("d1"))],
      fault: "unclosed",
      at: ["throughline.delegation.start"],
    },
    {
      name: "the end of another delegation",
      records: [...home, delegated, event("throughline.delegation.end", did("d2"))],
      fault: "unclosed",
      at: ["throughline.delegation.start"],
    },
  ],
  keeps: [
    {
      name: "started and ended",
      records: [...home, delegated, event("throughline.delegation.end", did("d1"))],
    },
    {
      name: "rejected by the other agent, in its own session",
      records: [...home, delegated, ofOther(event("throughline.delegation.rejected", did("d1")))],
      options: { levels: { C04: "off" } },
    },
    {
      name: "the end before the start, as batches arrive",
      records: [event("throughline.delegation.end", did("d1")), delegated, ...home],
    },
  ],
});

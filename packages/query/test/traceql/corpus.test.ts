import { parseTraceql, printTraceql } from "@throughline/query/traceql";

import { testCorpus } from "../text/corpus.ts";

testCorpus(new URL("corpus.txt", import.meta.url), parseTraceql, printTraceql);

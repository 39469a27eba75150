import { parseLogql, printLogql } from "@throughline/query/logql";

import { testCorpus } from "../text/corpus.ts";

testCorpus(new URL("corpus.txt", import.meta.url), parseLogql, printLogql);

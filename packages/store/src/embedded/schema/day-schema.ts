import { MIGRATIONS } from "./migrate.ts";

/**
 * One day's database. Shipped as text in a module, so that it survives a build and type stripping alike; LAYOUT.md beside this
 * folder tells how the tables work together.
 *
 * Times are whole microseconds since 1970 (nanoseconds do not fit a JavaScript number; they stay in the record's bytes).
 * Words are ids of `text`; 0 means "too rare or too long to keep: read the record". Null means "not said".
 * Every column declares a type: node:sqlite binds JavaScript numbers as doubles, and the declared affinity turns whole ones
 * back into integers of 1 to 8 bytes.
 */
export const SCHEMA_VERSION: number = MIGRATIONS.length + 1;

export const DAY_SCHEMA = `
-- 'day' (2026-11-20) and 'commit' (number of the last group commit, counted on through all days).
create table meta (key text primary key, value) without rowid;

-- Words that many rows share: span and event names, models, tools, agents, services. Capped by the writer.
create table text (id integer primary key, value text not null unique);

-- Each distinct resource and scope once, as protobuf, by content hash; an origin is a pair of them.
create table resource (
  id integer primary key,
  digest blob not null unique,
  service text not null,
  schema_url text not null,
  data blob not null
);
create table scope (
  id integer primary key,
  digest blob not null unique,
  name text not null,
  schema_url text not null,
  data blob not null
);
create table origin (
  id integer primary key,
  resource integer not null,
  scope integer not null,
  service integer not null,           -- text.id of the resource's service.name: what most filters ask
  unique (resource, scope)
);

-- A cluster: what is stored next to each other. A session (sid is its id), or a strand (sid is null): the records without a
-- session of one trace, or of no trace at all. Ids ascend in order of first arrival, so rows and blocks land at the right
-- edge of their trees.
--
-- The numbers are the rollup: of everything that belongs to the session, its attached strands included, and counted on from
-- the days before (a session's newest row is the session). See core/session/summarise.ts for what each means.
create table session (
  id integer primary key,
  sid text unique,
  -- The session this one turned out to be part of: an alias that had records of its own before its door was known.
  part_of integer,
  -- First day ('2026-11-19') of a session that began in an older file.
  since text,
  -- 1 once something came in through the session's own door.
  door integer not null default 0,
  -- 1 while the numbers wait for a recount from the records (rare: traces of several sessions, merged aliases).
  unsettled integer not null default 0,
  next_seq integer not null default 0,
  seen integer not null,              -- when the last record came in, in milliseconds by our clock

  first integer, last integer,        -- earliest start, latest end
  latest_start integer,               -- latest span start: a session that goes on after session.end has not ended
  ended integer,                      -- latest session.end
  spans integer not null, logs integer not null, errors integer not null, turns integer not null,
  llm_calls integer not null, tool_calls integer not null, traces integer not null,
  open integer not null,              -- announced by throughline.span.start and not arrived yet
  input integer not null, output integer not null,
  cache_read integer not null, cache_write integer not null, reasoning integer not null,
  cost integer,                       -- billionths of the currency; null when nothing could be priced
  currency text not null,
  cost_complete integer not null,     -- 0 when a call has no known price
  carried integer not null, inherited integer not null, joined integer not null, linked integer not null,
  longest_tool text, longest_tool_us integer,
  agent text, channel_type text, channel_id text,
  services text not null, models text not null,   -- JSON lists, sorted
  totals text not null,               -- JSON of core's Totals, which the numbers above were read from; for the writer
  findings text                       -- JSON {violation, improvement, information, at}: last verification, if any
);
create index session_last on session (last) where sid is not null;
create index session_part on session (part_of) where part_of is not null;
create index session_since on session (id) where since is not null;
create index session_unsettled on session (id) where unsettled = 1;

-- Ids minted inside a session's own door: equal to it in look-ups.
create table alias (id text primary key, session integer not null) without rowid;
create index alias_session on alias (session);

-- Clusters whose records belong to a session, beyond its own: strands of its traces, also of older files.
-- Attaching a strand is one row here; no record is written again.
create table part (
  session integer not null,
  day text not null,
  cluster integer not null,
  primary key (session, day, cluster)
) without rowid;

create table trace (
  id integer primary key,
  trace_id blob not null unique,
  -- The one session of which the trace has records, or that its id was derived from; null with several or none.
  home integer,
  -- 0 no session, 1 one (home), 2 several: the strand's records go by their ancestors, see crossing
  belongs integer not null default 0,
  -- Cluster of its records that carry no session; null while it has none.
  strand integer,
  -- Session to which a trace without a session is linked, if its links lead to exactly one.
  linked integer,
  -- 0 while no record of it came in: it is known because its id was derived from its session's.
  counted integer not null default 0,
  -- 1 while nothing but that derivation says whose it is.
  derived integer not null default 0,
  -- JSON list of where the links of a trace without a session point ("trace id/span id"), or "many".
  targets text
);
-- Which sessions have records in a trace that has several.
create table crossing (trace integer not null, session integer not null, primary key (trace, session)) without rowid;
create index crossing_session on crossing (session);
-- Traces (by trace id) that traces without a session link to: when one of them gets a session, the other follows.
create table awaited (target blob not null, waiting blob not null, primary key (target, waiting)) without rowid;

create table span (
  id integer primary key,             -- cluster * 2^20 + seq
  trace integer not null,
  start integer not null,
  duration integer not null,
  name integer not null,
  kind integer not null,              -- as in OTLP
  status integer not null,            -- as in OTLP
  origin integer not null,
  flags integer not null,             -- see RECORD_FLAGS
  step integer,                       -- index in core's stepKinds
  operation integer, provider integer, model integer, tool integer, agent integer,
  input integer, output integer, cache_read integer, cache_write integer, reasoning integer,
  cost integer,                       -- billionths, reported or priced; null when unknown
  span_id blob not null,
  parent_id blob                      -- null for a root
);

create table log (
  id integer primary key,             -- cluster * 2^20 + seq, from the same counter as spans
  trace integer,                      -- null outside any trace
  time integer not null,              -- the event's, else when it was observed
  severity integer not null,          -- OTLP number
  event integer,
  origin integer not null,
  flags integer not null,
  stands integer,                     -- index in LOG_MEANINGS
  step integer,                       -- of the step that a span.start announces
  model integer, tool integer, agent integer,
  input integer, output integer, cache_read integer, cache_write integer, reasoning integer,
  cost integer,
  span_id blob
);

-- The records themselves: about 128 KB of entries, zstd level 1, sorted by cluster and seq within their commit.
create table block (id integer primary key, bytes integer not null, data blob not null);
create table cluster_block (cluster integer not null, block integer not null, primary key (cluster, block)) without rowid;

-- Blocks that compaction has not looked at yet.
create table fresh_block (id integer primary key, bytes integer not null);

-- Metrics, a row per origin of a request. Sessions that their points carry are listed beside.
create table metric (
  id integer primary key,
  at integer not null,                -- when they came in, in milliseconds
  origin integer not null,
  points integer not null,
  bytes integer not null,             -- before compression
  data blob not null                  -- zstd of the Metric messages, each as field 2 of ScopeMetrics
);
create table session_metric (session integer not null, metric integer not null, primary key (session, metric)) without rowid;

-- What was delivered during the last hour, in the same commit as its records: a retry gets the first answer again.
create table delivery (
  id integer primary key,
  digest blob not null unique,
  at integer not null,                -- milliseconds
  accepted integer not null,
  rejected integer not null,
  reason text not null
);
`;

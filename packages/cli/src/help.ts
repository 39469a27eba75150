export const help = `Show everything of an agent session, and prove nothing is missing.

  throughline run -- claude                       run an agent as one session, and see what it did
  throughline show latest                         the session as a tree
  throughline logs latest -f                      its log, as it is written

Usage: throughline COMMAND [options]

Backend
  up           start it here, in the foreground
  down         stop it
  status       say whether it runs, and where
  run          run a command as one session; starts the backend if none runs

Sessions
  sessions     list them
  show         one as a tree: turns, model calls, tools, log records
  logs         log records of one, or of a LogQL query; -f follows
  traces       traces of one, or of a TraceQL query
  export       write one down as OTLP, JSON lines or a page
  import       send OTLP files to the backend

Contract
  verify       prove it: of a session, a file, a time or a command
  inventory    every place that emits, and whether it carries the session

  doctor       look for reasons why sessions do not show up
  completion   for bash, zsh or fish
  version      print the version

throughline COMMAND --help explains one command. SESSION is an id, a unique prefix, latest, or the address of its page.
Exit codes: 0 ok, 1 failure, 2 usage, 3 not found, 4 unreachable, 5 contract violated, 6 nothing arrived, 130 interrupted.
`;

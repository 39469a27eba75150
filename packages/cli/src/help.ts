export const help = `Show everything of an agent session, and prove nothing is missing.

  throughline up                                  start the backend and its page
  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 my-agent
  throughline status                              where it runs

Usage: throughline COMMAND [options]

Backend
  up         start it here, in the foreground
  down       stop it
  status     say whether it runs, and where

  version    print the version

throughline COMMAND --help explains one command.
Exit codes: 0 ok, 1 failure, 2 usage, 3 not found, 4 unreachable, 5 contract violated, 6 nothing arrived, 130 interrupted.
`;

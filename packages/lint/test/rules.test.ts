// One file for all: each would load ESLint and the compiler again, which takes longer than its cases.
import "./rules/bind-callback.ts";
import "./rules/no-dropped-step.ts";
import "./rules/no-identity-in-span-name.ts";
import "./rules/no-model-call-outside-session.ts";
import "./rules/no-orphan-span.ts";
import "./rules/no-session-id-as-dimension.ts";

/** The page as one file: one session, read from the file itself. */
import type { Session, SessionRecord } from "@throughline/core/session";
import type { VerifyReport } from "@throughline/core/verify";
import { render } from "preact";

import { readPlace, sessionPlace } from "./app/address.ts";
import { App } from "./app/app.tsx";
import { applyTheme, currentTheme } from "./app/theme.ts";
import { type AddressBar, hashBar } from "./app/use-place.ts";
import { createEngine } from "./engine/engine.ts";
import { localPort } from "./engine/port.ts";
import type { Source } from "./engine/source.ts";
import "./style/index.css";

interface Held {
  readonly session: Session;
  readonly verdict: VerifyReport | null;
}

const held = JSON.parse(textOf("session")) as Held;

const source: Source = {
  rest: () => {},
  async read(_session, sink) {
    sink.session(held.session);
    const records = textOf("records")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as SessionRecord);
    sink.records(records);
    sink.complete();
  },
};

/** Without anything behind # the file shows its session. */
const bar: AddressBar = {
  read() {
    const place = location.hash === "" ? readPlace("/", "") : hashBar.read();
    return place.view === "session"
      ? { ...place, id: held.session.id }
      : sessionPlace(held.session.id);
  },
  write: (place, replace) => hashBar.write(place, replace),
};

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? "";
}

applyTheme(currentTheme());
const root = document.getElementById("app");
if (root !== null) {
  render(
    <App
      bar={bar}
      openPort={(hear) => localPort(createEngine(source, hear))}
      askVerdict={() => Promise.resolve(held.verdict)}
      online={false}
    />,
    root,
  );
}

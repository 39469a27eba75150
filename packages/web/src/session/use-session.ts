import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { Layout, Progress, Told, ViewWish } from "../engine/protocol.ts";
import type { SessionPort } from "../engine/port.ts";

/** Makes the engine of a session: in a worker on the page, in place in an exported file. */
export type OpenPort = (hear: (told: Told) => void) => SessionPort;

export interface SessionModel {
  readonly port: SessionPort | null;
  readonly progress: Progress;
  readonly layout: Layout | null;
  /** Counts up whenever records came in: what is shown of them is to be asked for again. */
  readonly grown: number;
}

const nothing: Progress = {
  session: null,
  loaded: 0,
  complete: false,
  following: false,
  trouble: null,
};

/** One session, kept open as long as it is looked at; laid out anew when it grows or is to be shown differently. */
export function useSession(
  id: string,
  openPort: OpenPort,
  wish: Omit<ViewWish, "anchor">,
  /** Changes with each scroll, and is no reason to lay out anew. */
  anchor: { readonly current: string | null },
): SessionModel {
  const [port, setPort] = useState<SessionPort | null>(null);
  const [progress, setProgress] = useState(nothing);
  const [layout, setLayout] = useState<Layout | null>(null);
  const [grown, setGrown] = useState(0);

  useEffect(() => {
    setProgress(nothing);
    setLayout(null);
    const opened = openPort((told) => {
      if (told.type === "progress") setProgress(told.progress);
      else setGrown((before) => before + 1);
    });
    setPort(opened);
    void opened.ask("open", id);
    const looked = () => opened.rest(document.hidden);
    document.addEventListener("visibilitychange", looked);
    return () => {
      document.removeEventListener("visibilitychange", looked);
      opened.close();
      setPort(null);
    };
  }, [id, openPort]);

  const latest = useRef(wish);
  latest.current = wish;
  const busy = useRef(false);
  const again = useRef(false);
  const lay = useCallback((by: SessionPort) => {
    if (busy.current) {
      again.current = true;
      return;
    }
    busy.current = true;
    by.ask("view", { ...latest.current, anchor: anchor.current })
      .then(setLayout, () => {})
      .finally(() => {
        busy.current = false;
        if (!again.current) return;
        again.current = false;
        lay(by);
      });
  }, []);
  useEffect(() => {
    if (port !== null && grown > 0) lay(port);
  }, [port, grown, JSON.stringify(wish)]);

  return { port, progress, layout, grown };
}

import { useCallback, useEffect, useState } from "preact/hooks";

import { type Place, readPlace, writePlace } from "./address.ts";

/** Where the address is kept: of an exported file only the part behind # is ours. */
export interface AddressBar {
  read(): Place;
  write(place: Place, replace: boolean): void;
}

export const pathBar: AddressBar = {
  read: () => readPlace(location.pathname, location.search),
  write: (place, replace) =>
    history[replace ? "replaceState" : "pushState"](null, "", writePlace(place)),
};

export const hashBar: AddressBar = {
  read() {
    const [path = "", search = ""] = location.hash.slice(1).split("?", 2);
    return readPlace(path, search);
  },
  write: (place, replace) =>
    history[replace ? "replaceState" : "pushState"](null, "", `#${writePlace(place)}`),
};

/** A step that "back" should undo is pushed; a change of the same view (a filter, a selection) replaces. */
export type Go = (place: Place, replace?: boolean) => void;

export function usePlace(bar: AddressBar): readonly [Place, Go] {
  const [place, setPlace] = useState(() => bar.read());
  useEffect(() => {
    const changed = () => setPlace(bar.read());
    addEventListener("popstate", changed);
    addEventListener("hashchange", changed);
    return () => {
      removeEventListener("popstate", changed);
      removeEventListener("hashchange", changed);
    };
  }, [bar]);
  const go = useCallback<Go>(
    (next, replace = false) => {
      bar.write(next, replace);
      setPlace(next);
    },
    [bar],
  );
  return [place, go];
}

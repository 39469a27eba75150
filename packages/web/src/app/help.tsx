import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { keys, keysOfView } from "./key-table.ts";

export function Help({
  close,
  open,
}: {
  readonly open: boolean;
  readonly close: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <h2 id="help-title">Keys</h2>
      <div class="help-columns">
        {Object.entries(keysOfView).map(([view, names]) => (
          <section key={view}>
            <h3>{view}</h3>
            <dl>
              {names.map((name) => (
                <div key={name}>
                  <dt>
                    <kbd>{keys[name].key}</kbd>
                  </dt>
                  <dd>{keys[name].what}</dd>
                </div>
              ))}
              {view === "One session" && (
                <div>
                  <dt>
                    <kbd>1</kbd>–<kbd>5</kbd>
                  </dt>
                  <dd>Timeline, transcript, logs, charts, contract</dd>
                </div>
              )}
            </dl>
          </section>
        ))}
      </div>
      <button type="button" class="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}

import { useState } from "preact/hooks";
import { text } from "../../text/parts";
import { Icon } from "./Icon";

const SAID_MS = 2_000;

/** Puts a text on the clipboard; where the browser forbids that, the text can still be selected. */
export function Copy({ value, label = text.copy }: { readonly value: string; readonly label?: string }) {
  const [isDone, setDone] = useState(false);
  if (!("clipboard" in navigator)) return null; // without TLS, on any host but this one
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setDone(true);
    setTimeout(() => setDone(false), SAID_MS);
  };
  return (
    <button type="button" class="icon-button" aria-label={label} title={isDone ? text.copied : label} onClick={() => void copy()}>
      <Icon name={isDone ? "done" : "copy"} />
      <span class="unseen" role="status">{isDone ? text.copied : ""}</span>
    </button>
  );
}

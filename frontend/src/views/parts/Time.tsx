import { useEffect, useState } from "preact/hooks";
import { text } from "../../text/parts";

const TICK_MS = 10_000;
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

interface Props {
  /** RFC 3339; null is shown as a dash. */
  readonly at: string | null;
  /** Date and time instead of how long ago; the other one stands in the tooltip. */
  readonly isWhole?: boolean;
}

export function Time({ at, isWhole = false }: Props) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (isWhole) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isWhole]);
  if (at === null) return <span class="faint">{text.none}</span>;
  const date = new Date(at);
  const ago = text.ago((now - date.getTime()) / 1000);
  return <time dateTime={at} title={isWhole ? ago : whole.format(date)}>{isWhole ? whole.format(date) : ago}</time>;
}

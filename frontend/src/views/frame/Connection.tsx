import { useEffect, useRef, useState } from "preact/hooks";
import { text } from "../../text/frame";
import { useConnection } from "../parts/useLive";
import { Icon } from "../parts/Icon";

const PATIENCE_MS = 800;
const MENDED_MS = 3_000;

/** Says nothing while all is well; a connection that is back within a moment was never lost. */
export function Connection() {
  const connection = useConnection();
  const [said, setSaid] = useState<"lost" | "mended" | null>(null);
  const wasLost = useRef(false);
  useEffect(() => {
    if (connection === "lost") {
      const timer = setTimeout(() => {
        wasLost.current = true;
        setSaid("lost");
      }, PATIENCE_MS);
      return () => clearTimeout(timer);
    }
    if (connection !== "open" || !wasLost.current) {
      setSaid(null);
      return;
    }
    wasLost.current = false;
    setSaid("mended");
    const timer = setTimeout(() => setSaid(null), MENDED_MS);
    return () => clearTimeout(timer);
  }, [connection]);
  return (
    <div class="connection" role="status">
      {said && <p class={said}><Icon name={said === "lost" ? "open" : "good"} />{text.connection[said]}</p>}
    </div>
  );
}

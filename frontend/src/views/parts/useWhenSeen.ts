import { useEffect, useRef } from "preact/hooks";

/** Calls when the person comes back to this window: what no socket tells has changed meanwhile, perhaps in another one. */
export function useWhenSeen(call: () => void): void {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && latest.current();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
}

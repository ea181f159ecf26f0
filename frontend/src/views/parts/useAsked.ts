/** A question to the server that belongs to a page: asked when it opens, again after signing in again, and when told to. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { failureOf } from "../../api/http";
import { IDLE, failed, loading, type Remote } from "../../state/remote";
import { useSigned } from "../frame/session";

/** `asks(signal)`, or null where there is nothing to ask; it is asked again when one of `needs` changes. */
export function useAsked<T>(
  asks: ((signal: AbortSignal) => Promise<T>) | null,
  needs: readonly unknown[],
): readonly [Remote<T>, () => void] {
  const { times } = useSigned();
  const [remote, setRemote] = useState<Remote<T>>(asks === null ? IDLE : { state: "loading", before: null });
  const running = useRef<AbortController | null>(null);

  const run = useCallback(() => {
    running.current?.abort();
    if (asks === null) {
      setRemote(IDLE);
      return;
    }
    const mine = new AbortController();
    running.current = mine;
    setRemote(loading);
    asks(mine.signal).then(
      (value) => !mine.signal.aborted && setRemote({ state: "loaded", value }),
      (error: unknown) => {
        if (mine.signal.aborted) return;
        const failure = failureOf(error);
        // After the sign-in it is asked again.
        if (failure.kind !== "signed_out") setRemote((now) => failed(now, failure));
      },
    );
  }, needs);

  useEffect(() => {
    run();
    return () => running.current?.abort();
  }, [run, times]);
  return [remote, run];
}

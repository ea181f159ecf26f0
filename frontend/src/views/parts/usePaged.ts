/** A long list, of which the server gives a page at a time. */

import { useEffect, useRef, useState } from "preact/hooks";
import { failureOf, type Failure } from "../../api/http";
import { useAsked } from "./useAsked";

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null: this is the last one. */
  readonly next: number | null;
}

export interface Cursor {
  readonly cursor?: number;
  readonly limit: number;
}

export interface Paged<T> {
  /** null: nothing is known yet. */
  readonly items: readonly T[] | null;
  readonly hasMore: boolean;
  readonly isAsking: boolean;
  readonly failure: Failure | null;
  /** The next page. */
  readonly more: () => void;
  /** All that is shown, as it is now. */
  readonly reload: () => void;
  readonly update: (change: (items: readonly T[]) => readonly T[]) => void;
}

const MOST = 500;

/** It begins anew when one of `needs` changes. */
export function usePaged<T>(
  asks: (page: Cursor, signal: AbortSignal) => Promise<Page<T>>, size: number, needs: readonly unknown[],
): Paged<T> {
  const [list, setList] = useState<Page<T> | null>(null);
  const [isAskingMore, setAskingMore] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const limit = useRef(size);
  const running = useRef<AbortController | null>(null);
  const [first, again] = useAsked((signal) => asks({ limit: limit.current }, signal), needs);

  const stop = () => {
    running.current?.abort();
    setAskingMore(false);
  };
  useEffect(() => {
    if (first.state !== "loaded") return;
    stop();
    limit.current = size;
    setFailure(null);
    setList(first.value);
  }, [first]);
  useEffect(() => () => running.current?.abort(), []);

  const more = () => {
    if (list?.next == null || isAskingMore) return;
    const mine = new AbortController();
    running.current = mine;
    setAskingMore(true);
    setFailure(null);
    asks({ cursor: list.next, limit: size }, mine.signal).then(
      ({ items, next }) => {
        if (mine.signal.aborted) return;
        setAskingMore(false);
        setList((now) => now && { items: [...now.items, ...items], next });
      },
      (error: unknown) => {
        if (mine.signal.aborted) return;
        setAskingMore(false);
        setFailure(failureOf(error));
      },
    );
  };
  const reload = () => {
    limit.current = Math.min(MOST, Math.max(size, list?.items.length ?? 0));
    again();
  };
  return {
    items: list?.items ?? null,
    hasMore: list?.next != null,
    isAsking: first.state === "loading" || isAskingMore,
    failure: first.state === "failed" ? first.failure : failure?.kind === "signed_out" ? null : failure,
    more,
    reload,
    update: (change) => setList((now) => now && { ...now, items: change(now.items) }),
  };
}

/** What the server says of a test while it is written: asked when nobody has typed for a moment. */

import { useEffect, useState } from "preact/hooks";
import { ask, failureOf } from "../../api/http";
import type { ReadDraft } from "../../api/types";
import { bodyOf, type Draft } from "../../state/draft";

const QUIET_MS = 220;

export interface Checked {
  /** null until the server has said something. */
  readonly read: ReadDraft | null;
  /** It is about what is written now. */
  readonly isFresh: boolean;
}

export function useChecked(draft: Draft): Checked {
  const [said, setSaid] = useState<{ readonly draft: Draft | null; readonly read: ReadDraft | null }>({ draft: null, read: null });
  useEffect(() => {
    const mine = new AbortController();
    const timer = setTimeout(() => {
      ask("POST /api/v1/jobs/check", { body: bodyOf(draft) }, { signal: mine.signal }).then(
        (read) => !mine.signal.aborted && setSaid({ draft, read }),
        // What is wrong is said again when the test is started.
        (error: unknown) => mine.signal.aborted || failureOf(error),
      );
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      mine.abort();
    };
  }, [draft]);
  return { read: said.read, isFresh: said.draft === draft };
}

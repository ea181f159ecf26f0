/** Something that is done once it is wanted: under way, or why it failed. */

import { useState } from "preact/hooks";
import { failureOf, type Failure } from "../../api/http";

export interface Doing {
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** Whether it was done. Only one thing is done at a time. */
  readonly run: (act: () => Promise<unknown>) => Promise<boolean>;
}

export function useDoing(): Doing {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = async (act: () => Promise<unknown>) => {
    if (isBusy) return false;
    setBusy(true);
    setFailure(null);
    try {
      await act();
      return true;
    } catch (error) {
      const failed = failureOf(error);
      // The frame asks for the sign-in then.
      if (failed.kind !== "signed_out") setFailure(failed);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, failure, run };
}

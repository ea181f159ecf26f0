import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Failure } from "../../api/http";
import { text } from "../../text/parts";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Problem } from "./Problem";

interface Props {
  readonly title: string;
  /** What is done, on the button that does it. */
  readonly yes: string;
  readonly kind?: "danger" | "main";
  readonly onClose: () => void;
  /** null: it is done, and the dialog is gone. */
  readonly act: () => Promise<Failure | null>;
  readonly children?: ComponentChildren;
}

/** Before something that changes much, or cannot be undone. */
export function Confirm({ title, yes, kind = "danger", onClose, act, children }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const press = async () => {
    setBusy(true);
    setFailure(null);
    const failed = await act();
    if (failed === null) return;
    setBusy(false);
    setFailure(failed);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {failure && <Problem failure={failure} />}
      <div class="actions end">
        <Button onPress={onClose}>{text.cancel}</Button>
        <Button kind={kind} isBusy={isBusy} onPress={() => void press()}>{yes}</Button>
      </div>
    </Dialog>
  );
}

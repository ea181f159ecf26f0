import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { text } from "../../text/parts";
import { Icon } from "./Icon";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** At the side and as high as the window, for what is long. */
  readonly isSide?: boolean;
}

/** Shown as long as it is drawn. The browser keeps the focus inside, and Escape closes it. */
export function Dialog({ title, onClose, children, isSide = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onClick = (event: MouseEvent) => {
    if (event.target === dialog.current) onClose(); // what is not the dialog's content is its backdrop
  };
  return (
    <dialog
      ref={dialog} class={isSide ? "side" : undefined} aria-labelledby="dialog-title" onClick={onClick}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" class="icon-button" aria-label={text.close} title={text.close} onClick={onClose}><Icon name="close" /></button>
        </header>
        <div class="content">{children}</div>
      </div>
    </dialog>
  );
}

import type { ComponentChildren } from "preact";

interface Props {
  readonly children: ComponentChildren;
  readonly onPress?: () => void;
  /** main: the one thing to do here; plain: others; quiet: beside text; danger: what cannot be undone. */
  readonly kind?: "main" | "plain" | "quiet" | "danger";
  readonly type?: "button" | "submit";
  /** It is being done: it stays where it is and can be reached, but does nothing. */
  readonly isBusy?: boolean;
  readonly isPressed?: boolean;
  /** Where what is seen does not say enough. */
  readonly label?: string;
}

export function Button({ children, onPress, kind = "plain", type = "button", isBusy = false, isPressed, label }: Props) {
  const press = (event: MouseEvent) => {
    if (isBusy) event.preventDefault();
    else onPress?.();
  };
  return (
    <button type={type} class={kind} aria-label={label} aria-disabled={isBusy || undefined} aria-pressed={isPressed} onClick={press}>
      {children}
    </button>
  );
}

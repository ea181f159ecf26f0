import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "./Field";

const PAUSE_MS = 250;

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onFind: (value: string) => void;
}

/** Asked when the person pauses; what stands in the field stays the person's. */
export function SearchField({ value, onFind, ...props }: Props) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const told = useRef(value);
  useEffect(() => {
    if (value !== told.current) setTyped(value);
    told.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      told.current = next;
      onFind(next);
    }, PAUSE_MS);
  };
  return <Field {...props} type="search" value={typed} onType={type} />;
}

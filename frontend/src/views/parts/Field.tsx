import type { ComponentChildren } from "preact";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onType: (value: string) => void;
  /** What is wrong with it, said below it and to who cannot see that. */
  readonly error?: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly placeholder?: string;
  readonly type?: "text" | "password" | "search" | "number" | "date";
  /** Given as several lines of text. */
  readonly rows?: number;
  /** Addresses, ports and the like. */
  readonly isMono?: boolean;
  readonly isRequired?: boolean;
  readonly autocomplete?: string;
}

/** A label, a field, and below it what is wrong or worth knowing. */
export function Field(props: Props) {
  const { id, label, value, error, hint, type = "text", rows } = props;
  const note = error ?? hint;
  const given = {
    id,
    name: id,
    class: props.isMono ? "mono" : undefined,
    value,
    placeholder: props.placeholder,
    required: props.isRequired,
    autocomplete: props.autocomplete ?? "off",
    autocapitalize: "none",
    spellcheck: false,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": note ? `${id}-note` : undefined,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => props.onType(event.currentTarget.value),
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined ? <input {...given} type={type as "text"} /> : <textarea {...given} rows={rows} />}
      {note && <p class={error ? "note error" : "note"} id={`${id}-note`} role={error ? "alert" : undefined}>{note}</p>}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly id: string;
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, word: string])[];
  readonly onChoose: (value: T) => void;
}

/** One of a few. */
export function Choice<T extends string>({ id, label, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={id} value={value} onChange={(event) => onChoose(event.currentTarget.value as T)}>
        {options.map(([each, word]) => <option key={each} value={each} selected={each === value}>{word}</option>)}
      </select>
    </div>
  );
}

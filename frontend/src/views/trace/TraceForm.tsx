import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Actions } from "./actions";
import type { Tracing } from "../../state/trace";
import { valueOf } from "../../state/remote";
import { EXTRA_FIELDS, FIELDS, type Field } from "../../state/question";
import { candidates } from "../../state/suggest";
import { text } from "../../text/trace";
import { Combobox } from "../parts/Combobox";
import { Icon } from "../parts/Icon";

interface Props {
  readonly page: Tracing;
  readonly actions: Actions;
}

export function TraceForm({ page, actions }: Props) {
  const topology = valueOf(page.topology);
  const known = useMemo(() => (topology ? candidates(topology) : null), [topology]);
  const form = useRef<HTMLFormElement>(null);
  const isBusy = page.answer.state === "loading";

  // What is wrong gets the focus, once, when the complaint comes.
  const wrong = FIELDS.find((field) => page.errors[field] !== undefined);
  useEffect(() => {
    if (wrong) form.current?.querySelector<HTMLInputElement>(`[name="${wrong}"]`)?.focus();
  }, [page.errors]);

  const set = EXTRA_FIELDS.filter((field) => page.draft[field] !== "").map((field) =>
    text.form.set(text.form.field[field], page.draft[field]),
  );
  const submit = (event: Event) => {
    event.preventDefault();
    actions.submit();
  };
  const end = (field: "source" | "destination") => (
    <Combobox
      id={field} label={text.form.field[field]} value={page.draft[field]} error={page.errors[field]}
      candidates={known} isUnavailable={page.topology.state === "failed"} onType={(value) => actions.type(field, value)}
    />
  );

  return (
    <form class="card question" ref={form} aria-label={text.form.label} noValidate onSubmit={submit}>
      <div class="ends">
        {end("source")}
        <button type="button" class="swap" aria-label={text.form.swap} title={text.form.swap} onClick={() => actions.swap()}>
          <Icon name="swap" />
        </button>
        {end("destination")}
        <button type="submit" class="main">{isBusy ? text.form.busy : text.form.submit}</button>
      </div>
      <details open={page.isMoreOpen} onToggle={(event) => actions.openMore(event.currentTarget.open)}>
        <summary>
          {text.form.more}
          {set.length > 0 ? <span>{set.join(", ")}</span> : <span class="wide-only">{text.form.moreHint}</span>}
        </summary>
        <div class="extras">
          {EXTRA_FIELDS.map((field) => (
            <Plain key={field} field={field} page={page} actions={actions} routers={topology?.routers.map((router) => router.name) ?? []} />
          ))}
        </div>
      </details>
    </form>
  );
}

interface PlainProps extends Props {
  readonly field: Field;
  readonly routers: readonly string[];
}

const LISTS: Partial<Record<Field, readonly string[]>> = { protocol: ["tcp", "udp", "icmp", "ipv6-icmp", "esp", "gre", "ospf"] };

function Plain({ field, page, actions, routers }: PlainProps) {
  const error = page.errors[field];
  const choices = field === "gateway" ? routers : LISTS[field];
  return (
    <div class="field">
      <label for={field}>{text.form.field[field]}</label>
      <input
        id={field} name={field} class="mono" type="text" autocomplete="off" autocapitalize="none" spellcheck={false}
        placeholder={text.form.hint[field]} value={page.draft[field]} list={choices ? `${field}-choices` : undefined}
        aria-invalid={error ? true : undefined} aria-describedby={error ? `${field}-note` : undefined}
        onInput={(event) => actions.type(field, event.currentTarget.value)}
      />
      {choices && <datalist id={`${field}-choices`}>{choices.map((choice) => <option key={choice} value={choice} />)}</datalist>}
      {error && <p class="note error" id={`${field}-note`} role="alert">{error}</p>}
    </div>
  );
}

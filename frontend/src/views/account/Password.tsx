import { useState } from "preact/hooks";
import { ask } from "../../api/http";
import { isElsewhere } from "../../state/account";
import { text } from "../../text/account";
import { useMe } from "../frame/session";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { fieldError } from "../parts/fieldError";
import { Icon } from "../parts/Icon";
import { Problem } from "../parts/Problem";
import { useDoing } from "../parts/useDoing";

const words = text.password;
const EMPTY = { old: "", next: "", again: "" };

export function Password() {
  const me = useMe();
  const [form, setForm] = useState(EMPTY);
  const [isDone, setDone] = useState(false);
  const [isOther, setOther] = useState(false);
  const { isBusy, failure, run } = useDoing();
  const set = (name: keyof typeof EMPTY) => (value: string) => {
    setForm({ ...form, [name]: value });
    setDone(false);
    setOther(false);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setOther(form.next !== form.again);
    if (form.next !== form.again) return;
    const isChanged = await run(() => ask("PUT /api/v1/me/password", { body: { old: form.old, new: form.next } }));
    setDone(isChanged);
    if (isChanged) setForm(EMPTY);
  };
  return (
    <section class="area">
      <h2>{words.title}</h2>
      <form class="card form password" onSubmit={(event) => void submit(event)}>
        {isElsewhere(failure, ["old", "new"]) && <Problem failure={failure} />}
        {/* Whoever keeps passwords wants to know whose this one is. */}
        <input class="unseen" type="text" name="username" autocomplete="username" value={me.username} readOnly tabindex={-1} aria-hidden="true" />
        <Field id="old" type="password" label={words.old} autocomplete="current-password" value={form.old} isRequired error={fieldError(failure, "old")} onType={set("old")} />
        <Field id="new" type="password" label={words.next} hint={words.hint} autocomplete="new-password" value={form.next} isRequired error={fieldError(failure, "new")} onType={set("next")} />
        <Field id="again" type="password" label={words.again} autocomplete="new-password" value={form.again} isRequired error={isOther ? words.other : null} onType={set("again")} />
        <div class="actions">
          <Button kind="main" type="submit" isBusy={isBusy}>{words.change}</Button>
          <p class="done-line" role="status">{isDone && <><Icon name="good" />{words.done}</>}</p>
        </div>
      </form>
    </section>
  );
}

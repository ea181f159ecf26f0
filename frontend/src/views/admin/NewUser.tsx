import { useState } from "preact/hooks";
import { ask } from "../../api/http";
import type { NewUser as Wanted } from "../../api/types";
import { isElsewhere } from "../../state/account";
import { text } from "../../text/admin";
import { text as parts } from "../../text/parts";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Choice, Field } from "../parts/Field";
import { fieldError } from "../parts/fieldError";
import { Problem } from "../parts/Problem";
import { useDoing } from "../parts/useDoing";

const words = text.users;

interface Props {
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

/** Somebody whose password is kept here. */
export function NewUser({ onClose, onAdded }: Props) {
  const [form, setForm] = useState<Required<Wanted>>({ username: "", password: "", role: "user" });
  const { isBusy, failure, run } = useDoing();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run(() => ask("POST /api/v1/users", { body: form }))) onAdded();
  };
  return (
    <Dialog title={words.add} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {isElsewhere(failure, ["username", "password"]) && <Problem failure={failure} />}
        <Field id="new-name" label={words.name} value={form.username} isRequired error={fieldError(failure, "username")} onType={(username) => setForm({ ...form, username })} />
        <Field
          id="new-password" type="password" label={words.password} hint={words.passwordHint} autocomplete="new-password" value={form.password} isRequired
          error={fieldError(failure, "password")} onType={(password) => setForm({ ...form, password })}
        />
        <Choice id="new-role" label={words.role} value={form.role} options={[["user", words.roles.user], ["admin", words.roles.admin]]} onChoose={(role) => setForm({ ...form, role })} />
        <div class="actions end">
          <Button onPress={onClose}>{parts.cancel}</Button>
          <Button kind="main" type="submit" isBusy={isBusy}>{words.add}</Button>
        </div>
      </form>
    </Dialog>
  );
}

import { useState } from "preact/hooks";
import { ask } from "../../api/http";
import type { NewToken } from "../../api/types";
import { isElsewhere, NEW_TOKEN, REACHES, SPANS, wantedOf } from "../../state/account";
import { text } from "../../text/account";
import { text as parts } from "../../text/parts";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Choice, Field } from "../parts/Field";
import { fieldError } from "../parts/fieldError";
import { Problem } from "../parts/Problem";
import { useDoing } from "../parts/useDoing";

const words = text.tokens;

interface Props {
  readonly onClose: () => void;
  readonly onMade: (token: NewToken) => void;
}

export function NewTokenDialog({ onClose, onMade }: Props) {
  const [form, setForm] = useState(NEW_TOKEN);
  const { isBusy, failure, run } = useDoing();
  const wanted = wantedOf(form, Date.now());
  const submit = (event: Event) => {
    event.preventDefault();
    if (wanted) void run(async () => onMade(await ask("POST /api/v1/tokens", { body: wanted })));
  };
  return (
    <Dialog title={words.create} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        {isElsewhere(failure, ["name", "expires"]) && <Problem failure={failure} />}
        <Field
          id="token-name" label={words.name} hint={words.nameHint} value={form.name} isRequired
          error={fieldError(failure, "name")} onType={(name) => setForm({ ...form, name })}
        />
        <fieldset class="choices">
          <legend>{words.reach}</legend>
          {REACHES.map((reach) => (
            <label key={reach}>
              <input type="radio" name="reach" checked={form.reach === reach} onChange={() => setForm({ ...form, reach })} />
              <span>{words.reaches[reach].title}</span>
              <span class="faint small">{words.reaches[reach].about}</span>
            </label>
          ))}
        </fieldset>
        <div class="pair">
          <Choice
            id="token-span" label={words.expires} value={form.span} options={SPANS.map((span) => [span, words.spans[span]] as const)}
            onChoose={(span) => setForm({ ...form, span })}
          />
          {form.span === "day" && (
            <Field
              id="token-day" type="date" label={words.lastDay} value={form.day} isRequired
              error={fieldError(failure, "expires")} onType={(day) => setForm({ ...form, day })}
            />
          )}
        </div>
        <div class="actions end">
          <Button onPress={onClose}>{parts.cancel}</Button>
          <Button kind="main" type="submit" isBusy={isBusy}>{words.create}</Button>
        </div>
      </form>
    </Dialog>
  );
}

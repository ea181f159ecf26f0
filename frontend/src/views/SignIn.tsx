import { useEffect, useRef, useState } from "preact/hooks";
import type { Actions } from "../live";
import type { Session } from "../state/page";
import { text } from "../text";
import { Icon } from "./Icon";

interface Props {
  readonly session: Extract<Session, { state: "out" }>;
  readonly actions: Actions;
}

export function SignIn({ session, actions }: Props) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const failure = session.failure === null ? null : text.failure(session.failure);

  useEffect(() => first.current?.focus(), []);
  useEffect(() => {
    if (session.failure !== null) secret.current?.select();
  }, [session.failure]);

  const submit = (event: Event) => {
    event.preventDefault();
    if (!session.busy) void actions.signIn(username, password);
  };

  const field = {
    id: "password",
    name: "password",
    ref: secret,
    autocomplete: "current-password",
    required: true,
    value: password,
    "aria-describedby": failure ? "sign-in-error" : undefined,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => setPassword(event.currentTarget.value),
  } as const;

  return (
    <main class="lone">
      <form class="card sign-in" onSubmit={submit}>
        <p class="brand"><Icon name="mark" />{text.product}</p>
        <p class="claim">{text.claim}</p>
        <h1 class="unseen">{text.signIn.title}</h1>
        {session.ended && <p class="notice" role="status">{text.signIn.ended}</p>}
        {failure && (
          <p class="error-box" role="alert" id="sign-in-error">
            {failure.title}.{failure.detail && ` ${failure.detail}`}
          </p>
        )}
        <label for="username">{text.signIn.username}</label>
        <input
          id="username" name="username" ref={first} autocomplete="username" autocapitalize="none" spellcheck={false}
          required value={username} onInput={(event) => setUsername(event.currentTarget.value)}
        />
        <label for="password">{text.signIn.password}</label>
        <div class="with-button">
          {isShown ? <input {...field} type="text" /> : <input {...field} type="password" />}
          <button type="button" class="quiet" aria-label={text.signIn.showLabel} aria-pressed={isShown} onClick={() => setShown(!isShown)}>
            {isShown ? text.signIn.hide : text.signIn.show}
          </button>
        </div>
        <button type="submit" class="main" aria-disabled={session.busy}>{session.busy ? text.signIn.busy : text.signIn.submit}</button>
      </form>
    </main>
  );
}

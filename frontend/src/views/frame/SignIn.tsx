import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../../api/http";
import type { Out } from "../../state/session";
import { text } from "../../text/frame";
import { text as parts } from "../../text/parts";
import { Icon } from "../parts/Icon";
import { signIn } from "./session";

export function SignIn({ session }: { readonly session: Out }) {
  const [username, setUsername] = useState(session.before?.username ?? "");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const { failure } = session;

  useEffect(() => (session.before ? secret : first).current?.focus(), []);
  useEffect(() => {
    document.title = `${text.signIn.title} · ${text.product}`;
  }, []);
  useEffect(() => {
    if (failure !== null) secret.current?.select();
  }, [failure]);

  const submit = (event: Event) => {
    event.preventDefault();
    if (!session.busy) void signIn(username, password);
  };

  const field = {
    id: "sign-in-password",
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
        {session.before && <p class="notice" role="status">{text.signIn.ended}</p>}
        {failure && <p class="error-box" role="alert" id="sign-in-error">{said(failure)}</p>}
        <label for="sign-in-username">{text.signIn.username}</label>
        <input
          id="sign-in-username" name="username" ref={first} autocomplete="username" autocapitalize="none" spellcheck={false}
          required value={username} onInput={(event) => setUsername(event.currentTarget.value)}
        />
        <label for="sign-in-password">{text.signIn.password}</label>
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

function said(failure: Failure): string {
  if (failure.kind === "signed_out") return `${text.signIn.wrong}.`;
  const { title, detail } = parts.failure(failure);
  return detail ? `${title}. ${detail}` : `${title}.`;
}

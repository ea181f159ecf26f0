import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../../api/http";
import type { Out } from "../../state/session";
import { text } from "../../text/frame";
import { text as parts } from "../../text/parts";
import { Icon } from "../parts/Icon";
import { signIn } from "./session";

const TICK_MS = 250;

export function SignIn({ session }: { readonly session: Out }) {
  const [username, setUsername] = useState(session.before?.username ?? "");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const { failure } = session;
  const wait_s = useWait(failure);

  useEffect(() => (session.before ? secret : first).current?.focus(), []);
  useEffect(() => {
    document.title = `${text.signIn.title} · ${text.product}`;
  }, []);
  useEffect(() => {
    if (failure !== null) secret.current?.select();
  }, [failure]);

  const submit = (event: Event) => {
    event.preventDefault();
    if (!session.busy && wait_s === 0) void signIn(username, password);
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
        <button type="submit" class="main" aria-disabled={session.busy || wait_s > 0}>
          {session.busy ? text.signIn.busy : wait_s > 0 ? text.signIn.wait(wait_s) : text.signIn.submit}
        </button>
      </form>
    </main>
  );
}

/** Seconds until it makes sense to try again, counted down. */
function useWait(failure: Failure | null): number {
  const [wait_s, setWait] = useState(0);
  useEffect(() => {
    const until = Date.now() + 1000 * (failure?.kind === "problem" ? (failure.retry_after_s ?? 0) : 0);
    const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
    setWait(left());
    if (left() === 0) return;
    const timer = setInterval(() => {
      setWait(left());
      if (left() === 0) clearInterval(timer);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [failure]);
  return wait_s;
}

function said(failure: Failure): string {
  if (failure.kind === "signed_out") return `${text.signIn.wrong}.`;
  const { title, detail } = parts.failure(failure);
  if (failure.kind === "problem" && failure.retry_after_s !== undefined) return detail; // it says how long to wait
  return detail ? `${title}. ${detail}` : `${title}.`;
}

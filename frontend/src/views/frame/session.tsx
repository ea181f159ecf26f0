/** Who has signed in, for every page; the one place that signs in and out. */

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { ask, failureOf, onSignedOut } from "../../api/http";
import type { Me } from "../../api/types";
import { live } from "../../api/socket";
import * as sessions from "../../state/session";
import { storeOf } from "../../state/store";
import { navigate } from "./navigation";

const store = storeOf<sessions.Session>(sessions.CHECKING);
let times = 0;

function change(update: (now: sessions.Session) => sessions.Session): void {
  const before = store.get();
  const next = update(before);
  if (next !== before) store.set(next);
}

function came(me: Me): void {
  change((now) => sessions.signedIn(now, me, ++times));
  live.resume();
}

/** That nobody has signed in is an answer to this question, so the browser's console has nothing to complain of. */
export async function checkSession(): Promise<void> {
  try {
    const known = await ask("GET /api/v1/sessions/current");
    if (known.username === null) change(sessions.ended);
    else came(known);
  } catch (error) {
    const failure = failureOf(error);
    // Where somebody has signed in, what fails says so itself.
    change((now) => (now.state === "checking" || now.state === "unreachable" ? { state: "unreachable", failure } : now));
  }
}

export async function signIn(username: string, password: string): Promise<void> {
  change(sessions.signingIn);
  try {
    came(await ask("POST /api/v1/sessions", { body: { username, password } }));
  } catch (error) {
    const failure = failureOf(error);
    change((now) => sessions.refused(now, failure));
  }
}

export async function signOut(): Promise<void> {
  try {
    await ask("DELETE /api/v1/sessions/current");
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "signed_out") {
      change(() => ({ state: "unreachable", failure }));
      return;
    }
  }
  live.stop();
  navigate("/", { replace: true });
  change(() => sessions.OUT);
}

export function useSession(): sessions.Session {
  const [session, setSession] = useState(store.get());
  useEffect(() => {
    setSession(store.get());
    return store.subscribe(() => setSession(store.get()));
  }, []);
  return session;
}

/** Called once, when the application begins. */
export function beginSession(): void {
  onSignedOut(() => {
    live.stop();
    change(sessions.ended);
  });
  live.onEnded(() => void checkSession());
  void checkSession();
}

export interface Signed {
  readonly me: Me;
  /** Changes when somebody has signed in again: what was asked is to be asked again. */
  readonly times: number;
}

export const SignedContext = createContext<Signed | null>(null);

/** Only below the frame, where somebody has signed in. */
export function useSigned(): Signed {
  const signed = useContext(SignedContext);
  if (signed === null) throw new Error("nobody has signed in here");
  return signed;
}

export function useMe(): Me {
  return useSigned().me;
}

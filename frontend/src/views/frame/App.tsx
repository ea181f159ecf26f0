import { useMemo } from "preact/hooks";
import type { Me } from "../../api/types";
import { personOf } from "../../state/session";
import { text } from "../../text/frame";
import { Problem } from "../parts/Problem";
import { Connection } from "./Connection";
import { Header } from "./Header";
import { Page } from "./Page";
import { SignIn } from "./SignIn";
import { SignedContext, checkSession, useSession } from "./session";

/** Whoever's session ended finds the page as it was, after signing in: until then it is there, and not shown. */
export function App() {
  const session = useSession();
  const person = personOf(session);
  switch (session.state) {
    case "checking":
      return <p class="loading" role="status">{text.connecting}</p>;
    case "unreachable":
      return <main class="lone"><Problem failure={session.failure} onRetry={() => void checkSession()} /></main>;
    default:
      return (
        <>
          {session.state === "out" && <SignIn session={session} />}
          {person && (
            <div key={person.username} hidden={session.state === "out"}>
              <Frame me={person} times={session.state === "in" ? session.times : null} />
            </div>
          )}
        </>
      );
  }
}

function Frame({ me, times }: { readonly me: Me; readonly times: number | null }) {
  const last = useMemo(() => ({ times: 0 }), []);
  if (times !== null) last.times = times;
  const signed = useMemo(() => ({ me, times: last.times }), [me, last.times]);
  return (
    <SignedContext.Provider value={signed}>
      <Header />
      <Connection />
      <Page />
    </SignedContext.Provider>
  );
}

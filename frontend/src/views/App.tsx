import { useEffect, useState } from "preact/hooks";
import type { Actions } from "../live";
import type { Page } from "../state/page";
import type { Store } from "../state/store";
import { text } from "../text";
import { Failed } from "./Failed";
import { Header } from "./Header";
import { SignIn } from "./SignIn";
import { TracePage } from "./TracePage";

interface Props {
  readonly store: Store<Page>;
  readonly actions: Actions;
}

export function App({ store, actions }: Props) {
  const [page, setPage] = useState(store.get());
  useEffect(() => {
    setPage(store.get());
    return store.subscribe(() => setPage(store.get()));
  }, [store]);
  const { source, destination } = page.address.question;
  const isIn = page.session.state === "in";
  useEffect(() => {
    document.title = isIn ? text.title(source, destination) : text.product;
  }, [isIn, source, destination]);

  switch (page.session.state) {
    case "checking":
      return <p class="waiting" role="status">{text.checking}</p>;
    case "unreachable":
      return (
        <main class="lone">
          <Failed failure={page.session.failure} onRetry={() => actions.retry()} />
        </main>
      );
    case "out":
      return <SignIn session={page.session} actions={actions} />;
    case "in":
      return (
        <>
          <Header me={page.session.me} topology={page.topology} actions={actions} />
          <TracePage page={page} actions={actions} />
        </>
      );
  }
}

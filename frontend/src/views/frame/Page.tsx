import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { routeOf, type PageName, type PageProps } from "../../state/route";
import { text } from "../../text/frame";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { Boundary } from "./Boundary";
import { currentAddress, useRoute } from "./navigation";
import { NotFound } from "./NotFound";
import { PAGES } from "./pages";

type Module = ComponentType<PageProps> | "loading" | "failed";

/** Modules that have come once are there at once. */
const known = new Map<PageName, ComponentType<PageProps>>();

async function load(page: PageName): Promise<void> {
  known.set(page, (await PAGES[page]()).default);
}

/** While it is asked who has signed in. What does not come is asked for again when it is shown, and is said then. */
export function loadFirst(): void {
  const { page } = routeOf(currentAddress());
  if (page !== null) load(page).catch(() => {});
}

/** The page that the address names. Another page begins at its top, for the keyboard as well. */
export function Page() {
  const { page, parts, query } = useRoute();
  const main = useRef<HTMLElement>(null);
  const place = JSON.stringify([page, parts]);
  const first = useRef(place);
  useLayoutEffect(() => {
    document.documentElement.dataset["page"] = page ?? ""; // by which the styles of pages keep apart (pagestyles.ts)
  }, [page]);
  useEffect(() => {
    if (first.current !== place) main.current?.focus({ preventScroll: true });
    first.current = "";
  }, [place]);
  return (
    <main id="page" ref={main} tabindex={-1}>
      <Boundary key={place}>{page === null ? <NotFound /> : <Known page={page} parts={parts} query={query} />}</Boundary>
    </main>
  );
}

function Known({ page, ...props }: PageProps & { readonly page: PageName }) {
  const View = useModule(page);
  if (View === "loading") return <Loading />;
  if (View === "failed") {
    // The files of the version that this window was opened with are gone, or the server is.
    return (
      <Empty isPage title={text.outdated.title}>
        <p>{text.outdated.body}</p>
        <Button kind="main" onPress={() => location.reload()}>{text.broken.reload}</Button>
      </Empty>
    );
  }
  return <View {...props} />;
}

function useModule(page: PageName): Module {
  const [failed, setFailed] = useState<PageName | null>(null);
  const [, redraw] = useState({});
  const module = known.get(page);
  useEffect(() => {
    let isCurrent = true;
    if (!module) {
      load(page).then(
        () => isCurrent && redraw({}),
        () => isCurrent && setFailed(page),
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [page]);
  return module ?? (failed === page ? "failed" : "loading");
}

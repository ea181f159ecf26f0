/** Where the person is: the one place that knows the address bar. Links are links, so that each opens in a window of its own too. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { addressOf, base } from "../../api/base";
import { routeOf, type Route } from "../../state/route";
import { storeOf } from "../../state/store";

/** Below the base: `/jobs/17?service=443/tcp`. */
function here(): string {
  return `/${location.pathname.slice(base().length)}${location.search}${location.hash}`;
}

let place: ReturnType<typeof storeOf<string>> | null = null;

function opened(): ReturnType<typeof storeOf<string>> {
  if (place === null) {
    place = storeOf(here());
    window.addEventListener("popstate", () => place?.set(here()));
  }
  return place;
}

/** Go to a page: `navigate(pathTo("job", { job }))`. With `replace` it takes the place of this one in the history. */
export function navigate(path: string, { replace = false } = {}): void {
  const store = opened();
  const isSamePage = path.split(/[?#]/, 1)[0] === store.get().split(/[?#]/, 1)[0];
  history[replace ? "replaceState" : "pushState"](null, "", addressOf(path));
  store.set(here());
  if (!isSamePage) scrollTo(0, 0);
}

export function currentAddress(): string {
  return opened().get();
}

export function onNavigate(listener: () => void): () => void {
  return opened().subscribe(listener);
}

export function useAddress(): string {
  const [address, setAddress] = useState(currentAddress);
  useEffect(() => {
    setAddress(currentAddress());
    return onNavigate(() => setAddress(currentAddress()));
  }, []);
  return address;
}

export function useRoute(): Route {
  return routeOf(useAddress());
}

interface LinkProps {
  /** As `pathTo` gives it. */
  readonly to: string;
  readonly class?: string | undefined;
  readonly isCurrent?: boolean;
  readonly label?: string;
  readonly onFollow?: () => void;
  readonly children: ComponentChildren;
}

export function Link({ to, class: name, isCurrent = false, label, onFollow, children }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onFollow?.();
    navigate(to);
  };
  return (
    <a href={addressOf(to)} class={name} aria-current={isCurrent ? "page" : undefined} aria-label={label} onClick={follow}>
      {children}
    </a>
  );
}

const PRODUCT = "tsim";

/** What stands in the window's title while this page is open. */
export function useTitle(...words: readonly (string | null)[]): void {
  const title = [...words.filter((word) => word), PRODUCT].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}

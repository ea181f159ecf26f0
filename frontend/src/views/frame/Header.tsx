import { useEffect, useState } from "preact/hooks";
import { ask } from "../../api/http";
import { valueOf } from "../../state/remote";
import { pathTo, type PageName } from "../../state/route";
import { text } from "../../text/frame";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { useAsked } from "../parts/useAsked";
import { useNetworkChanges } from "./active";
import { Link, useAddress, useRoute } from "./navigation";
import { signOut, useMe } from "./session";
import { THEMES, useTheme } from "./theme";

/** In the navigation, with the pages that belong to each. */
const ENTRIES: readonly { readonly to: PageName; readonly has: readonly PageName[]; readonly isForAdmins?: boolean }[] = [
  { to: "newTest", has: ["newTest"] },
  { to: "history", has: ["history", "job", "compare"] },
  { to: "topology", has: ["topology", "router"] },
  { to: "facts", has: ["facts"] },
  { to: "trace", has: ["trace"] },
  { to: "admin", has: ["admin"], isForAdmins: true },
  { to: "help", has: ["help"] },
];

/** One row where there is room; below that the menu opens it. */
export function Header() {
  const { page } = useRoute();
  const me = useMe();
  const address = useAddress();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [address]);
  const entries = ENTRIES.filter((entry) => !entry.isForAdmins || me.role === "admin");
  return (
    <header
      class={isOpen ? "top open" : "top"}
      onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
    >
      <a class="skip" href="#page" onClick={skip}>{text.skip}</a>
      <Link class="brand" to={pathTo("newTest")}><Icon name="mark" />{text.product}</Link>
      <button type="button" class="icon-button menu-button" aria-expanded={isOpen} aria-controls="menu" onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "close" : "menu"} /><span class="unseen">{text.menu}</span>
      </button>
      <div class="menu" id="menu">
        <nav aria-label={text.navigation}>
          <ul>
            {entries.map(({ to, has }) => (
              <li key={to}>
                <Link to={to === "admin" ? "/admin" : pathTo(to)} isCurrent={page !== null && has.includes(page)} onFollow={() => setOpen(false)}>
                  {text.pages[to]}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Network />
        <div class="person">
          <ThemeSwitch />
          <Link to={pathTo("account")} class="name" isCurrent={page === "account"} label={text.you(me.username)}>{me.username}</Link>
          <Button onPress={() => void signOut()}>{text.signOut}</Button>
        </div>
      </div>
    </header>
  );
}

/** The address stays the page's own. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById("page")?.focus();
}

/** Whose facts are asked: name, and how much of them was not understood. */
function Network() {
  const [remote] = useAsked((signal) => ask("GET /api/v1/networks", {}, { signal }), [useNetworkChanges()]);
  const network = valueOf(remote)?.networks[0];
  if (!network) return null;
  return (
    <p class="network" title={text.network.label}>
      <Link to={pathTo("facts")} class="mono">{text.network.name(network.name, network.hash)}</Link>
      {network.diagnostics > 0 && (
        <span class="warned" title={text.network.diagnosticsHint}>{text.network.diagnostics(network.diagnostics)}</span>
      )}
    </p>
  );
}

function ThemeSwitch() {
  const [theme, choose] = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <button type="button" class="icon-button" aria-label={text.theme[theme]} title={text.theme[theme]} onClick={() => choose(next)}>
      <Icon name={theme} />
    </button>
  );
}

import "../../styles/network.css";
import "../../styles/router.css";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { ask } from "../../api/http";
import type { RouterFacts } from "../../api/types";
import { valueOf } from "../../state/remote";
import { pathTo, type PageProps } from "../../state/route";
import { PARTS, countsOf, fits, pathToSpot, searched, spotOf, type Diagnostic, type Part, type Spot } from "../../state/router";
import { text } from "../../text/network";
import { Link, navigate, useTitle } from "../frame/navigation";
import { Field } from "../parts/Field";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useAsked } from "../parts/useAsked";
import { Diagnostics } from "./Diagnostics";
import { Firewall } from "./Firewall";
import { Interfaces } from "./Interfaces";
import { Other } from "./Other";
import { PolicyRules, Settings } from "./PolicyRules";
import { Routes } from "./Routes";
import { Sets } from "./Sets";
import type { PartProps } from "./partProps";

const words = text.router;

export default function Router({ parts, query }: PageProps) {
  const router = parts["router"] ?? "";
  const network = query["network"] ?? "";
  const spot = spotOf(query);
  useTitle(words.title(router), words.parts[spot.part]);
  const [remote, retry] = useAsked((signal) => ask("GET /api/v1/routers/{router}/facts", { path: { router }, query: { network } }, { signal }), [router, network]);
  const facts = valueOf(remote);
  const [known] = useAsked(
    facts && ((signal) => ask("GET /api/v1/networks/{network}/diagnostics", { path: { network: facts.network } }, { signal })),
    [facts?.network],
  );
  const diagnostics = useMemo(
    () => (valueOf(known)?.diagnostics ?? []).map((each) => each as unknown as Diagnostic).filter((each) => each.file === facts?.file),
    [known, facts?.file],
  );
  return (
    <>
      <h1>{words.title(router)}</h1>
      <Other network={network} page="router" parts={{ router }} />
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={retry} />}
      {facts === null && remote.state === "loading" && <Loading />}
      {facts && <Facts facts={facts} diagnostics={diagnostics} spot={spot} network={network} />}
    </>
  );
}

interface FactsProps {
  readonly facts: RouterFacts;
  readonly diagnostics: readonly Diagnostic[];
  readonly spot: Spot;
  readonly network: string;
}

function Facts({ facts, diagnostics, spot, network }: FactsProps) {
  const found = useMemo(() => searched(facts, spot.typed), [facts, spot.typed]);
  const lines = useMemo(() => diagnostics.filter((each) => fits(spot.typed, each.section, each.text, each.expected)), [diagnostics, spot.typed]);
  const counts = useMemo(() => countsOf(found, lines), [found, lines]);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // To the side only: where the page is scrolled to is for the rule that a link leads to.
    const [bar, current] = [nav.current, nav.current?.querySelector("[aria-current]")];
    if (bar && current) bar.scrollLeft += current.getBoundingClientRect().left - bar.getBoundingClientRect().left;
  }, [spot.part]);
  const to = (next: Partial<Spot>) => pathToSpot(facts.name, { typed: spot.typed, ...next }, network);
  const all = PARTS.reduce((sum, part) => sum + counts[part], 0);
  const about = [facts.location, facts.roles.join(", "), facts.kernel ? words.kernel(facts.kernel) : facts.kind, facts.network];
  return (
    <>
      <p class="about faint">
        {about.filter(Boolean).join(" · ")} <Link to={pathTo("topology", {}, { router: facts.name, network })}>{words.onMap}</Link>
      </p>
      <form class="finder" role="search" onSubmit={(event) => event.preventDefault()}>
        <Field
          id="find" type="search" label={words.search} value={spot.typed} placeholder={words.searchHint}
          onType={(typed) => navigate(pathToSpot(facts.name, { ...spot, rule: null, line: null, typed }, network), { replace: true })}
        />
        <p class="unseen" role="status">{spot.typed.trim() ? words.found(all) : ""}</p>
      </form>
      <nav ref={nav} class="subpages" aria-label={words.partsLabel}>
        <ul>
          {PARTS.map((part) => (
            <li key={part}>
              <Link to={to({ part, family: spot.family })} isCurrent={part === spot.part}>
                {words.parts[part]} <span class={part === "diagnostics" && counts[part] > 0 ? "count warned" : "count"}>{counts[part].toLocaleString("en")}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {spot.typed.trim() && counts[spot.part] === 0 && spot.part !== "sets" ? (
        <Nothing spot={spot} counts={counts} to={to} />
      ) : (
        <Shown part={spot.part} facts={found} whole={facts} diagnostics={lines} spot={spot} to={to} network={network} />
      )}
    </>
  );
}

interface NothingProps {
  readonly spot: Spot;
  readonly counts: Readonly<Record<Part, number>>;
  readonly to: (spot: Partial<Spot>) => string;
}

/** What is searched for may stand in another part. */
function Nothing({ spot, counts, to }: NothingProps) {
  const others = PARTS.filter((part) => counts[part] > 0);
  return (
    <div class="card none">
      <p>{words.nothing(words.parts[spot.part], spot.typed.trim())}</p>
      {others.length > 0 && (
        <p class="actions">
          {words.elsewhere} {others.map((part) => <Link key={part} to={to({ part })}>{words.parts[part]}</Link>)}
        </p>
      )}
    </div>
  );
}

interface ShownProps extends PartProps {
  readonly part: Part;
  readonly diagnostics: readonly Diagnostic[];
  readonly network: string;
}

function Shown({ part, diagnostics, network, ...props }: ShownProps) {
  switch (part) {
    case "interfaces":
      return <Interfaces {...props} network={network} />;
    case "routes":
      return <Routes {...props} />;
    case "policy":
      return <PolicyRules {...props} />;
    case "firewall":
    case "nat":
      return <Firewall {...props} />;
    case "sets":
      return <Sets {...props} network={network} />;
    case "settings":
      return <Settings {...props} />;
    case "diagnostics":
      return <Diagnostics diagnostics={diagnostics} />;
  }
}

import "../../styles/network.css";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask, linkTo } from "../../api/http";
import { valueOf } from "../../state/remote";
import { pathTo, type PageProps } from "../../state/route";
import { chosenOf, search, type Place } from "../../state/topology";
import { text } from "../../text/network";
import { navigate, useTitle } from "../frame/navigation";
import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useAsked } from "../parts/useAsked";
import { Beside } from "./Beside";
import { Finder } from "./Finder";
import { Lists } from "./Lists";
import { Drawing } from "./Drawing";
import { Other } from "./Other";

const words = text.topology;
const WIDE = "(min-width: 64rem)";
/** As wide as what lies over the map there (styles/network.css), with its margins. */
const BESIDE = 370;

export default function Topology({ query }: PageProps) {
  const network = query["network"] ?? "";
  const chosen = chosenOf(query);
  const typed = query["find"] ?? "";
  useTitle(chosen?.name ?? null, words.title);
  const [topologies, retry] = useAsked((signal) => ask("GET /api/v1/topology", { query: { network } }, { signal }), [network]);
  const [layouts, retryLayout] = useAsked((signal) => ask("GET /api/v1/topology/layout", { query: { network } }, { signal, timeout_ms: 60_000 }), [network]);
  const [topology, layout] = [valueOf(topologies), valueOf(layouts)];
  const found = useMemo(() => (topology && typed.trim() !== "" ? search(topology, typed) : null), [topology, typed]);
  const isWide = useMedia(WIDE);

  const show = (place: Place | null, find: string) =>
    navigate(pathTo("topology", {}, { router: place?.kind === "router" ? place.name : null, segment: place?.kind === "segment" ? place.name : null, find, network }), { replace: true });
  const latest = useRef(typed);
  latest.current = typed;
  const choose = useCallback((place: Place | null) => show(place, latest.current), [network]);

  // While somebody types or moves the map, hundreds of rows stay as they are.
  const lists = useMemo(() => {
    const chooseThere = (place: Place) => {
      choose(place);
      document.querySelector(".map-frame")?.scrollIntoView({ block: "nearest" });
    };
    return topology && <Lists topology={topology} drawn={layout?.segments ?? []} network={network} chosen={chosen} onChoose={chooseThere} />;
  }, [topology, layout, network, chosen?.kind, chosen?.name, choose]);

  if (topologies.state === "failed") return <Page><Problem failure={topologies.failure} onRetry={retry} /></Page>;
  if (topology === null) return <Page><Loading /></Page>;
  if (topology.routers.length === 0) return <Page><Empty title={words.none.title}><p>{words.none.body}</p></Empty></Page>;
  return (
    <Page>
      <Other network={network} page="topology" />
      <div class="toolbar">
        <Finder typed={typed} found={found} chosen={chosen} onType={(next) => show(chosen, next)} onChoose={choose} />
        <p class="actions small">
          <span class="faint">{words.download}</span>
          <a href={linkTo("GET /api/v1/topology.svg", { query: { network } })} download={`${topology.network.name}.svg`}>{words.svg}</a>
          <a href={linkTo("GET /api/v1/topology.png", { query: { network } })} download={`${topology.network.name}.png`}>{words.png}</a>
        </p>
      </div>
      {layouts.state === "failed" && <Problem failure={layouts.failure} onRetry={retryLayout} />}
      <div class={chosen ? "map-frame card with-beside" : "map-frame card"}>
        {layout ? (
          <Drawing name={topology.network.name} layout={layout} chosen={chosen} marked={found} covered={chosen && isWide ? BESIDE : 0} onChoose={choose} />
        ) : (
          <div class="map"><Loading /></div>
        )}
        {chosen && <Beside topology={topology} network={network} place={chosen} onChoose={choose} />}
      </div>
      <p class="faint small hint">{words.mouse} {words.keys}</p>
      {lists}
    </Page>
  );
}

function Page({ children }: { readonly children: preact.ComponentChildren }) {
  return <><h1>{words.title}</h1>{children}</>;
}

function useMedia(query: string): boolean {
  const media = useMemo(() => matchMedia(query), [query]);
  const [isSo, setSo] = useState(media.matches);
  useEffect(() => {
    const change = () => setSo(media.matches);
    media.addEventListener("change", change);
    return () => media.removeEventListener("change", change);
  }, [media]);
  return isSo;
}

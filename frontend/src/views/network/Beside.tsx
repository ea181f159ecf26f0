/** What stands beside the map: the router or segment that was chosen there. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Router, Segment, Topology } from "../../api/types";
import { pathTo } from "../../state/route";
import type { Place } from "../../state/topology";
import { bare } from "../../state/topology";
import { text } from "../../text/network";
import { Link } from "../frame/navigation";
import { Icon } from "../parts/Icon";

interface Props {
  readonly topology: Topology;
  readonly network: string;
  readonly place: Place;
  readonly onChoose: (place: Place | null) => void;
}

const words = text.topology;

export function Beside({ topology, network, place, onChoose }: Props) {
  const aside = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current || !matchMedia("(min-width: 64rem)").matches) aside.current?.scrollIntoView({ block: "nearest" });
    isFirst.current = false;
  }, [place.kind, place.name]);
  const router = place.kind === "router" ? topology.routers.find((each) => each.name === place.name) : undefined;
  const segment = place.kind === "segment" ? topology.segments.find((each) => each.name === place.name) : undefined;
  return (
    <aside ref={aside} class="beside" aria-label={words.node(place.kind, place.name, "")}>
      <header>
        <h2>{place.name}</h2>
        <button type="button" class="icon-button" aria-label={words.close} title={words.close} onClick={() => onChoose(null)}><Icon name="close" /></button>
      </header>
      <p class="unseen" role="status">{router || segment ? words.shown(place.kind, place.name) : ""}</p>
      {router && <OfRouter router={router} network={network} onChoose={onChoose} />}
      {segment && <OfSegment topology={topology} segment={segment} onChoose={onChoose} />}
      {!router && !segment && <p>{words.gone(place.kind, place.name)}</p>}
    </aside>
  );
}

interface OfRouterProps {
  readonly router: Router;
  readonly network: string;
  readonly onChoose: (place: Place) => void;
}

function OfRouter({ router, network, onChoose }: OfRouterProps) {
  return (
    <>
      <p class="faint">{[router.location?.name, router.roles.join(", "), router.kind].filter(Boolean).join(" · ")}</p>
      <p><Link class="button" to={pathTo("router", { router: router.name }, { network })}>{words.openRouter}</Link></p>
      <h3>{words.interfaces}</h3>
      <dl class="ports">
        {router.interfaces.map((entry) => (
          <div key={entry.name}>
            <dt>
              <span class="mono">{entry.name}</span>
              {!entry.up && <span class="tag open">{words.down}</span>}
              {entry.segment && <ToPlace place={{ kind: "segment", name: entry.segment }} onChoose={onChoose} />}
            </dt>
            {entry.addresses.map((address) => <dd key={address} class="mono">{address}</dd>)}
          </div>
        ))}
      </dl>
    </>
  );
}

interface OfSegmentProps {
  readonly topology: Topology;
  readonly segment: Segment;
  readonly onChoose: (place: Place) => void;
}

function OfSegment({ topology, segment, onChoose }: OfSegmentProps) {
  const hosts = topology.hosts.filter((host) => host.segment === segment.name);
  const addresses = (router: string, name: string) =>
    topology.routers.find((each) => each.name === router)?.interfaces.find((entry) => entry.name === name)?.addresses ?? [];
  return (
    <>
      <h3>{words.members}</h3>
      <dl class="ports">
        {segment.members.map((member) => (
          <div key={`${member.router} ${member.interface}`}>
            <dt><ToPlace place={{ kind: "router", name: member.router }} onChoose={onChoose} /><span class="mono">{member.interface}</span></dt>
            {addresses(member.router, member.interface).map((address) => <dd key={address} class="mono">{address}</dd>)}
          </div>
        ))}
      </dl>
      <h3>{words.machines}</h3>
      {hosts.length === 0 && <p class="faint">{words.noMachines}</p>}
      <dl class="ports">
        {hosts.map((host) => (
          <div key={host.name}>
            <dt>
              <strong>{host.name}</strong>
              <Link class="small" to={pathTo("trace", {}, { source: bare(host.addresses[0] ?? "") })} label={words.traceFrom(host.name)}>{words.testFrom}</Link>
            </dt>
            {host.addresses.map((address) => <dd key={address} class="mono">{address}</dd>)}
          </div>
        ))}
      </dl>
    </>
  );
}

function ToPlace({ place, onChoose }: { readonly place: Place; readonly onChoose: (place: Place) => void }): ComponentChildren {
  return <button type="button" class="link" onClick={() => onChoose(place)}>{place.name}</button>;
}

import type { Me, Topology } from "../api/wire";
import type { Actions } from "../live";
import { valueOf, type Remote } from "../state/page";
import { text } from "../text";
import { Icon } from "./Icon";

interface Props {
  readonly me: Me;
  readonly topology: Remote<Topology>;
  readonly actions: Actions;
}

export function Header({ me, topology, actions }: Props) {
  const network = valueOf(topology)?.network;
  return (
    <header class="top">
      <a class="brand" href="#/trace"><Icon name="mark" />{text.product}</a>
      {network && (
        <p class="network" title={text.header.networkLabel}>
          <span class="mono">{text.header.network(network.name, network.hash)}</span>
          <span class="wide-only">{text.header.routers(network.routers)}</span>
          {network.diagnostics > 0 && (
            <span class="warned wide-only" title={text.header.diagnosticsHint}>{text.header.diagnostics(network.diagnostics)}</span>
          )}
        </p>
      )}
      <div class="person">
        <span class="name">{me.username}</span>
        <button type="button" class="plain" onClick={() => void actions.signOut()}>{text.header.signOut}</button>
      </div>
    </header>
  );
}

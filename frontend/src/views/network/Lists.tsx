/** The map as tables: all that it shows can be read here too. */

import type { DrawnSegment, Router, Topology } from "../../api/types";
import { pathTo } from "../../state/route";
import { isSame, type Place } from "../../state/topology";
import { text } from "../../text/network";
import { text as shared } from "../../text/parts";
import { Link } from "../frame/navigation";
import { Table, type Column } from "../parts/Table";

interface Props {
  readonly topology: Topology;
  readonly drawn: readonly DrawnSegment[];
  readonly network: string;
  readonly chosen: Place | null;
  readonly onChoose: (place: Place) => void;
}

const words = text.topology.lists;
const MOST = 100;

export function Lists({ topology, drawn, network, chosen, onChoose }: Props) {
  const kinds = new Map(drawn.map((each) => [each.name, each.kind]));
  const onMap = (place: Place): Column<{ readonly name: string }>["cell"] => () =>
    <button type="button" class="link" aria-label={words.onMapOf(place.name)} onClick={() => onChoose(place)}>{words.onMap}</button>;
  const addresses = (router: Router) => router.interfaces.reduce((sum, entry) => sum + entry.addresses.length, 0);
  const routers: readonly Column<Router>[] = [
    { key: "name", title: words.name, isHead: true, sortBy: (row) => row.name, cell: (row) => <Link to={pathTo("router", { router: row.name }, { network })}>{row.name}</Link> },
    { key: "location", title: words.location, sortBy: (row) => row.location?.name ?? null, cell: (row) => row.location?.name ?? shared.none },
    { key: "roles", title: words.roles, sortBy: (row) => row.roles.join(", ") || null, cell: (row) => row.roles.join(", ") || shared.none },
    { key: "interfaces", title: words.interfaces, isNumber: true, sortBy: (row) => row.interfaces.length, cell: (row) => row.interfaces.length },
    { key: "addresses", title: words.addresses, isNumber: true, sortBy: addresses, cell: addresses },
    { key: "map", title: text.topology.map, cell: (row) => onMap({ kind: "router", name: row.name })(row) },
  ];
  type Segment = Topology["segments"][number];
  const kindOf = (row: Segment) => words.kinds(kinds.get(row.name) ?? "shared");
  const segments: readonly Column<Segment>[] = [
    { key: "name", title: words.name, isHead: true, isMono: true, sortBy: (row) => row.name, cell: (row) => row.name },
    { key: "kind", title: words.kind, sortBy: kindOf, cell: kindOf },
    { key: "members", title: words.members, sortBy: (row) => row.members.length, cell: (row) => row.members.map((member) => `${member.router} ${member.interface}`).join(", ") },
    { key: "hosts", title: words.hosts, sortBy: (row) => row.hosts.length, cell: (row) => row.hosts.join(", ") || shared.none },
    { key: "map", title: text.topology.map, cell: (row) => onMap({ kind: "segment", name: row.name })(row) },
  ];
  return (
    <>
      <Table
        caption={words.routers} isTitled columns={routers} rows={topology.routers} keyOf={(row) => row.name} most={MOST}
        isChosen={(row) => isSame(chosen, { kind: "router", name: row.name })}
      />
      <Table
        caption={words.segments} isTitled columns={segments} rows={topology.segments} keyOf={(row) => row.name} most={MOST}
        isChosen={(row) => isSame(chosen, { kind: "segment", name: row.name })}
      />
    </>
  );
}

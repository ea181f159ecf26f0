import type { KnownInterface } from "../../api/types";
import { pathTo } from "../../state/route";
import { text } from "../../text/network";
import { text as shared } from "../../text/parts";
import { Link } from "../frame/navigation";
import { Table, type Column } from "../parts/Table";
import type { PartProps } from "./partProps";

const words = text.router.interfaces;

export function Interfaces({ facts, network }: PartProps & { readonly network: string }) {
  const columns: readonly Column<KnownInterface>[] = [
    { key: "name", title: words.name, isHead: true, isMono: true, sortBy: (row) => row.name, cell: (row) => row.name },
    { key: "state", title: words.state, sortBy: stateOf, cell: (row) => <span class={row.is_up && row.has_carrier ? "tag good" : "tag open"}>{stateOf(row)}</span> },
    { key: "addresses", title: words.addresses, isMono: true, cell: (row) => row.addresses.map((address) => <div key={address}>{address}</div>) },
    {
      key: "segment", title: words.segment, sortBy: (row) => row.segment,
      cell: (row) => (row.segment ? <Link to={pathTo("topology", {}, { segment: row.segment, network })}>{row.segment}</Link> : shared.none),
    },
    { key: "kind", title: words.kind, sortBy: (row) => row.link, cell: (row) => [row.link, row.parent && words.on(row.parent), row.master && words.of(row.master)].filter(Boolean).join(" ") },
    { key: "mac", title: words.mac, isMono: true, cell: (row) => row.mac ?? shared.none },
    { key: "mtu", title: words.mtu, isNumber: true, sortBy: (row) => row.mtu, cell: (row) => row.mtu },
    { key: "line", title: text.router.line, isNumber: true, sortBy: (row) => row.line, cell: (row) => row.line },
  ];
  return (
    <Table
      caption={text.router.parts.interfaces} columns={columns} rows={facts.interfaces} keyOf={(row) => row.name} most={300}
      empty={<p>{words.none}</p>}
    />
  );
}

function stateOf({ is_up, has_carrier }: KnownInterface): string {
  return !is_up ? text.router.down : has_carrier ? text.router.up : text.router.noCarrier;
}

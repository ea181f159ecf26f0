import { useEffect } from "preact/hooks";
import type { KnownRoute, KnownTable } from "../../api/types";
import { text } from "../../text/network";
import { text as shared } from "../../text/parts";
import { Table, type Column } from "../parts/Table";
import { Families } from "./Families";
import type { PartProps } from "./partProps";

const words = text.router.routes;
const MOST = 300;

export function Routes({ facts, spot, to }: PartProps) {
  const tables = facts.tables.filter((table) => table.family === spot.family);
  useEffect(() => document.querySelector(".table tr.chosen")?.scrollIntoView({ block: "center" }), [spot.line]);
  return (
    <>
      <Families chosen={spot.family} to={(family) => to({ part: "routes", family })} />
      {tables.length === 0 && <div class="card none"><p>{words.none}</p></div>}
      {tables.map((table) => <OfTable key={table.id} table={table} line={spot.line} isSearched={spot.typed.trim() !== ""} />)}
    </>
  );
}

function OfTable({ table, line, isSearched }: { readonly table: KnownTable; readonly line: number | null; readonly isSearched: boolean }) {
  const columns: readonly Column<KnownRoute>[] = [
    { key: "prefix", title: words.prefix, isHead: true, isMono: true, sortBy: (row) => row.prefix, cell: (row) => <span title={row.text}>{row.prefix}</span> },
    { key: "kind", title: words.kind, sortBy: (row) => row.kind, cell: (row) => row.kind },
    { key: "via", title: words.via, isMono: true, sortBy: (row) => row.via[0] ?? null, cell: (row) => row.via.map((each) => <div key={each}>{each}</div>) },
    { key: "dev", title: words.dev, isMono: true, sortBy: (row) => row.dev[0] ?? null, cell: (row) => [...new Set(row.dev)].join(", ") || shared.none },
    { key: "metric", title: words.metric, isNumber: true, sortBy: (row) => row.metric, cell: (row) => row.metric || shared.none },
    { key: "protocol", title: words.protocol, sortBy: (row) => row.protocol, cell: (row) => row.protocol },
    { key: "line", title: text.router.line, isNumber: true, sortBy: (row) => row.line, cell: (row) => row.line },
  ];
  // What a link leads to is never hidden behind "Show more".
  const at = table.routes.findIndex((route) => route.line === line);
  return (
    <section class="routes">
      <h2>{words.table(table.family, table.name, table.id)} <span class="faint small">{words.count(isSearched ? table.routes.length : table.count)}</span></h2>
      {!isSearched && table.count > table.routes.length && <p class="faint small">{words.cut(table.routes.length, table.count)}</p>}
      {table.flaw && <p class="warned small">{words.flaw(table.flaw)}</p>}
      <Table
        caption={words.table(table.family, table.name, table.id)} columns={columns} rows={table.routes} keyOf={(row) => row.line}
        most={Math.max(MOST, at + 1)} isChosen={(row) => row.line === line} empty={<p class="faint">{words.empty}</p>}
      />
    </section>
  );
}

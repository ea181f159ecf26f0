import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask } from "../../api/http";
import type { KnownEntry, KnownSet } from "../../api/types";
import { valueOf } from "../../state/remote";
import { askersOf } from "../../state/router";
import { text } from "../../text/network";
import { Link } from "../frame/navigation";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { Table, type Column } from "../parts/Table";
import { useAsked } from "../parts/useAsked";
import type { PartProps } from "./partProps";

const words = text.router.sets;
const ASKERS = 4;

/** Those that fit what is searched for, and the one that is open in any case. */
export function Sets({ facts, whole, spot, to, network }: PartProps & { readonly network: string }) {
  const askers = useMemo(() => askersOf(whole), [whole]);
  const open = whole.sets.find((set) => set.name === spot.set);
  const columns: readonly Column<KnownSet>[] = [
    { key: "name", title: words.name, isHead: true, sortBy: (row) => row.name, cell: (row) => <Link to={to({ part: "sets", set: row.name })}>{row.name}</Link> },
    { key: "type", title: words.type, isMono: true, sortBy: (row) => row.type, cell: (row) => row.type },
    { key: "entries", title: words.entries, isNumber: true, sortBy: (row) => row.count, cell: (row) => row.count.toLocaleString("en") },
    {
      key: "asked", title: words.askedBy, sortBy: (row) => askers.get(row.name)?.length ?? 0,
      cell: (row) => {
        const rules = askers.get(row.name) ?? [];
        if (rules.length === 0) return <span class="faint">{words.unasked}</span>;
        return (
          <span class="actions small">
            {rules.slice(0, ASKERS).map((each) => (
              <Link
                key={`${each.family} ${each.table} ${each.chain} ${each.number}`}
                to={to({ part: each.table === "nat" ? "nat" : "firewall", family: each.family, table: each.table, chain: each.chain, rule: each.number, typed: "" })}
              >
                {text.router.rule(each.family, each.table, each.chain, each.number)}
              </Link>
            ))}
            {rules.length > ASKERS && <span class="faint">{text.topology.more(rules.length - ASKERS)}</span>}
          </span>
        );
      },
    },
    { key: "options", title: words.options, isMono: true, cell: (row) => <span class="small">{row.options}</span> },
    { key: "line", title: text.router.line, isNumber: true, sortBy: (row) => row.line, cell: (row) => row.line },
  ];
  if (whole.sets_missing !== null) return <div class="card none"><p class="warned">{words.missing(whole.sets_missing)}</p></div>;
  return (
    <>
      {open && <Entries key={open.name} router={whole.name} network={network} set={open.name} to={to} />}
      {spot.set !== null && !open && <p class="other" role="note">{words.gone(spot.set)}</p>}
      <Table
        caption={text.router.parts.sets} columns={columns} rows={facts.sets} keyOf={(row) => row.name} most={300}
        isChosen={(row) => row.name === spot.set} empty={<p>{whole.sets.length === 0 ? words.none : text.router.nothing(text.router.parts.sets, spot.typed.trim())}</p>}
      />
    </>
  );
}

interface EntriesProps {
  readonly router: string;
  readonly network: string;
  readonly set: string;
  readonly to: PartProps["to"];
}

const PAGE = 500;
const PAUSE_MS = 200;

/** A set may have a million entries: the server searches, and gives a page of what it finds. */
function Entries({ router, network, set, to }: EntriesProps) {
  const [typed, setTyped] = useState("");
  const search = useLater(typed, PAUSE_MS);
  const [offset, setOffset] = useState(0);
  useEffect(() => setOffset(0), [search]);
  const region = useRef<HTMLElement>(null);
  useEffect(() => region.current?.scrollIntoView({ block: "nearest" }), []);
  const [remote, retry] = useAsked(
    (signal) => ask("GET /api/v1/routers/{router}/entries", { path: { router }, query: { network, set, search, offset } }, { signal }),
    [router, network, set, search, offset],
  );
  const found = valueOf(remote);
  const columns: readonly Column<KnownEntry>[] = [
    { key: "entry", title: words.entries, isHead: true, isMono: true, sortBy: (row) => row.text, cell: (row) => row.text },
    { key: "line", title: text.router.line, isNumber: true, sortBy: (row) => row.line, cell: (row) => row.line },
  ];
  return (
    <section ref={region} class="entries card">
      <header>
        <h2>{words.of(set)} {found && <span class="faint small">{found.type}</span>}</h2>
        <Link class="button" to={to({ part: "sets" })}>{words.close}</Link>
      </header>
      <Field id="entries" type="search" label={words.search} value={typed} onType={setTyped} />
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={retry} />}
      {found === null && remote.state === "loading" && <Loading />}
      {found && (
        <>
          <p class="actions">
            <span role="status">{words.found(found.found, found.count)}</span>
            {found.found > PAGE && (
              <>
                <span class="faint">{words.shown(offset + 1, Math.min(offset + PAGE, found.found))}</span>
                <Button isBusy={offset === 0} onPress={() => setOffset(Math.max(0, offset - PAGE))}>{words.earlier}</Button>
                <Button isBusy={offset + PAGE >= found.found} onPress={() => setOffset(offset + PAGE)}>{words.later}</Button>
              </>
            )}
          </p>
          <Table caption={words.of(set)} columns={columns} rows={found.entries} keyOf={(row) => `${row.line} ${row.text}`} empty={<p>{found.count === 0 ? words.empty : words.nothing}</p>} />
        </>
      )}
    </section>
  );
}

/** The value, when it has not changed for a moment. */
function useLater(value: string, pause_ms: number): string {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), pause_ms);
    return () => clearTimeout(timer);
  }, [value, pause_ms]);
  return later;
}

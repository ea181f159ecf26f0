import { useState } from "preact/hooks";
import { ask, failureOf, linkTo } from "../../api/http";
import type { Network } from "../../api/types";
import { inOrder } from "../../state/facts";
import { pathTo } from "../../state/route";
import { text } from "../../text/network";
import { text as shared } from "../../text/parts";
import { Link } from "../frame/navigation";
import { Confirm } from "../parts/Confirm";
import { Copy } from "../parts/Copy";
import { Table, type Column } from "../parts/Table";
import { Time } from "../parts/Time";

const words = text.facts;

interface Props {
  readonly networks: readonly Network[];
  /** Whose lines are shown that were not understood. */
  readonly open: string | null;
  readonly isAdmin: boolean;
  readonly onChanged: (said: string) => void;
}

interface Asked {
  readonly what: "activate" | "remove";
  readonly label: string;
}

export function Snapshots({ networks, open, isAdmin, onChanged }: Props) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const active = networks.find((each) => each.is_active)?.label ?? "";
  const from = (row: Network) => (row.created_by ? words.by(words.origin(row.origin), row.created_by) : words.origin(row.origin));
  const columns: readonly Column<Network>[] = [
    {
      key: "label", title: words.label, isHead: true, sortBy: (row) => row.label,
      cell: (row) => (
        <span class="named">
          <Link class="mono" to={pathTo("topology", {}, { network: row.is_active ? null : row.label })}>{row.label}</Link>
          {row.is_active && <span class="tag good">{words.active}</span>}
        </span>
      ),
    },
    { key: "age", title: words.age, sortBy: (row) => row.created, cell: (row) => <span class="named"><Time at={row.created} /></span> },
    {
      key: "diagnostics", title: words.diagnostics, sortBy: (row) => row.diagnostics,
      cell: (row) =>
        row.diagnostics === 0 ? <span class="faint">{shared.none}</span> : (
          <Link class="warned" to={pathTo("facts", {}, { diagnostics: row.label })} isCurrent={row.label === open} label={words.linesOf(row.label, row.diagnostics)}>
            {words.lines(row.diagnostics)}
          </Link>
        ),
    },
    {
      key: "actions", title: words.actions,
      cell: (row) => (
        <span class="actions">
          {!row.is_active && <Link to={pathTo("facts", {}, { before: active, after: row.label })} label={words.changesOf(row.label)}>{words.changes}</Link>}
          {isAdmin && <a href={linkTo("GET /api/v1/networks/{network}/facts.tar.gz", { path: { network: row.label } })} download aria-label={words.downloadOf(row.label)}>{words.download}</a>}
          {isAdmin && !row.is_active && (
            <>
              <button type="button" class="link" aria-label={words.activateOf(row.label)} onClick={() => setAsked({ what: "activate", label: row.label })}>{words.activate}</button>
              <button type="button" class="link danger" aria-label={words.removeOf(row.label)} onClick={() => setAsked({ what: "remove", label: row.label })}>{words.remove}</button>
            </>
          )}
        </span>
      ),
    },
    { key: "from", title: words.from, sortBy: from, cell: (row) => <span class="named">{from(row)}</span> },
    { key: "routers", title: words.routers, isNumber: true, sortBy: (row) => row.routers, cell: (row) => row.routers.toLocaleString("en") },
    { key: "size", title: words.size, isNumber: true, sortBy: (row) => row.bytes, cell: (row) => <span class="named">{words.bytes(row.bytes)}</span> },
    { key: "hash", title: words.hash, isMono: true, cell: (row) => <span class="named"><span title={row.hash}>{row.hash.slice(0, 12)}</span><Copy value={row.hash} label={words.copyHash(row.label)} /></span> },
  ];
  return (
    <>
      <Table caption={words.caption} columns={columns} rows={inOrder(networks)} keyOf={(row) => row.label} isChosen={(row) => row.is_active} most={50} />
      {asked && (
        <Sure
          asked={asked} active={active} onClose={() => setAsked(null)}
          onDone={(said) => {
            setAsked(null);
            onChanged(said);
          }}
        />
      )}
    </>
  );
}

interface SureProps {
  readonly asked: Asked;
  readonly active: string;
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

function Sure({ asked: { what, label }, active, onClose, onDone }: SureProps) {
  const path = { network: label };
  const activate = () => ask("POST /api/v1/networks/{network}/activate", { path }, { timeout_ms: 330_000 });
  const remove = () => ask("DELETE /api/v1/networks/{network}", { path });
  const isActivation = what === "activate";
  const act = async () => {
    try {
      await (isActivation ? activate() : remove());
    } catch (error) {
      return failureOf(error);
    }
    onDone(isActivation ? words.said.activated(label) : words.said.removed(label));
    return null;
  };
  return (
    <Confirm
      title={isActivation ? words.confirm.activate(label) : words.confirm.remove(label)} kind={isActivation ? "main" : "danger"}
      yes={isActivation ? words.activate : words.remove} onClose={onClose} act={act}
    >
      <p>{isActivation ? words.confirm.activateBody(active) : words.confirm.removeBody}</p>
      {isActivation && <p><Link to={pathTo("facts", {}, { before: active, after: label })} onFollow={onClose}>{words.confirm.look}</Link></p>}
    </Confirm>
  );
}

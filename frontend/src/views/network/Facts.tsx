import "../../styles/network.css";
import "../../styles/facts.css";
import { useMemo, useState } from "preact/hooks";
import { ask, failureOf, type Failure } from "../../api/http";
import { valueOf } from "../../state/remote";
import { pathTo, type PageProps } from "../../state/route";
import { fits, type Diagnostic } from "../../state/router";
import { text } from "../../text/network";
import { tellNetworkChanged } from "../frame/active";
import { Link, useTitle } from "../frame/navigation";
import { useMe } from "../frame/session";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useAsked } from "../parts/useAsked";
import { text as shared } from "../../text/parts";
import { Diagnostics } from "./Diagnostics";
import { Difference } from "./Difference";
import { Sender } from "./Sender";
import { Snapshots } from "./Snapshots";

const words = text.facts;

export default function Facts({ query }: PageProps) {
  useTitle(words.title);
  const isAdmin = useMe().role === "admin";
  const [remote, retry] = useAsked((signal) => ask("GET /api/v1/networks", {}, { signal }), []);
  const [said, setSaid] = useState("");
  const kept = valueOf(remote)?.kept ?? null;
  const changed = (what: string) => {
    setSaid(what);
    retry();
    tellNetworkChanged();
  };
  return (
    <>
      <h1>{words.title}</h1>
      <p class="about faint">{words.about}</p>
      <p class={said ? "said" : "unseen"} role="status">{said && <><Icon name="good" />{said}</>}</p>
      {!isAdmin && <p class="note-box" role="note">{words.forAdmins}</p>}
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={retry} />}
      {kept === null && remote.state === "loading" && <Loading />}
      {kept?.length === 0 && <Empty title={words.none.title}><p>{words.none.body}</p></Empty>}
      {kept !== null && kept.length > 0 && <Snapshots networks={kept} open={query["diagnostics"] ?? null} isAdmin={isAdmin} onChanged={changed} />}
      {query["diagnostics"] && <NotUnderstood key={query["diagnostics"]} network={query["diagnostics"]} query={query} />}
      {isAdmin && <Reload known={kept?.map((each) => each.label) ?? []} onChanged={changed} />}
      {isAdmin && <Sender onKept={(label, isActive) => changed(isActive ? words.said.activated(label) : words.said.kept(label))} />}
      {kept !== null && <Difference networks={kept} query={query} />}
    </>
  );
}

function Reload({ known, onChanged }: { readonly known: readonly string[]; readonly onChanged: (said: string) => void }) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const reload = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { active } = await ask("POST /api/v1/networks/reload", {}, { timeout_ms: 330_000 });
      onChanged(words.said.reloaded(active, !known.includes(active)));
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <p class="actions"><Button isBusy={isBusy} onPress={() => void reload()}>{isBusy ? words.reloading : words.reload}</Button></p>
      {failure && <Problem failure={failure} />}
    </>
  );
}

/** Of all routers of some facts. */
function NotUnderstood({ network, query }: { readonly network: string; readonly query: PageProps["query"] }) {
  const [typed, setTyped] = useState("");
  const [remote, retry] = useAsked((signal) => ask("GET /api/v1/networks/{network}/diagnostics", { path: { network } }, { signal }), [network]);
  const all = valueOf(remote)?.diagnostics as readonly unknown[] | undefined as readonly Diagnostic[] | undefined;
  const shown = useMemo(() => (all ?? []).filter((each) => fits(typed, each.file, each.section, each.text, each.expected)), [all, typed]);
  return (
    <section class="part">
      <header class="toolbar">
        <h2>{words.notUnderstood(network)}</h2>
        <Link class="button" to={pathTo("facts", {}, { ...query, diagnostics: null })}>{shared.close}</Link>
      </header>
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={retry} />}
      {all === undefined && remote.state === "loading" && <Loading />}
      {all !== undefined && all.length > 10 && <div class="finder"><Field id="diagnostics" type="search" label={text.topology.search} placeholder={words.filter} value={typed} onType={setTyped} /></div>}
      {all !== undefined && <Diagnostics diagnostics={shown} hasFiles />}
    </section>
  );
}

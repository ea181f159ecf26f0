import { useEffect, useMemo, useRef } from "preact/hooks";
import { ask } from "../../api/http";
import type { LineChange, Network, NetworkChanges, RouterChanges, SectionChanges } from "../../api/types";
import { GROUPS, filtered, groupOf, isSame, pathToSection, sumOf, type Group } from "../../state/difference";
import { inOrder, pairOf } from "../../state/facts";
import { valueOf } from "../../state/remote";
import { pathTo, type Query } from "../../state/route";
import { text } from "../../text/network";
import { Link, navigate } from "../frame/navigation";
import { Button } from "../parts/Button";
import { Choice, Field } from "../parts/Field";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useAsked } from "../parts/useAsked";

const words = text.facts.difference;
const NONE = "";

interface Props {
  readonly networks: readonly Network[];
  readonly query: Query;
}

/** Two of the kept facts, line by line. What is compared and filtered stands in the address. */
export function Difference({ networks, query }: Props) {
  const region = useRef<HTMLElement>(null);
  const [before, after] = query["before"] || query["after"] ? [query["before"] ?? NONE, query["after"] ?? NONE] : [pairOf(networks)[0], NONE];
  const isAsked = before !== NONE && after !== NONE && before !== after;
  const [remote, retry] = useAsked(
    isAsked ? (signal) => ask("GET /api/v1/networks/{network}/difference/{other}", { path: { network: before, other: after } }, { signal, timeout_ms: 130_000 }) : null,
    [before, after],
  );
  useEffect(() => {
    if (isAsked) region.current?.scrollIntoView({ block: "start" });
  }, [before, after]);
  const show = (next: Readonly<Record<string, string>>) => navigate(pathTo("facts", {}, { ...query, before, after, ...next }), { replace: true });
  const options = (value: string): [string, string][] => {
    const labels = inOrder(networks).map((each) => each.label);
    const known: [string, string][] = (labels.includes(value) || value === NONE ? labels : [value, ...labels]).map((label) => [label, label]);
    return value === NONE ? [[NONE, words.choose], ...known] : known;
  };
  const changes = isAsked ? valueOf(remote) : null;
  return (
    <section ref={region} class="part difference">
      <h2>{words.title}</h2>
      {networks.length < 2 && !isAsked ? (
        <p class="faint">{words.nobody}</p>
      ) : (
        <div class="pair">
          <Choice id="before" label={words.before} value={before} options={options(before)} onChoose={(value) => show({ before: value })} />
          <Button label={words.swap} onPress={() => show({ before: after, after: before })}>⇄</Button>
          <Choice id="after" label={words.after} value={after} options={options(after)} onChoose={(value) => show({ after: value })} />
        </div>
      )}
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={retry} />}
      {remote.state === "loading" && <Loading />}
      {changes && remote.state === "loaded" && <Changes changes={changes} group={groupOf(query["group"])} typed={query["find"] ?? ""} onFilter={show} />}
    </section>
  );
}

interface ChangesProps {
  readonly changes: NetworkChanges;
  readonly group: Group;
  readonly typed: string;
  readonly onFilter: (next: Readonly<Record<string, string>>) => void;
}

function Changes({ changes, group, typed, onFilter }: ChangesProps) {
  const routers = useMemo(() => filtered(changes, group, typed), [changes, group, typed]);
  if (isSame(changes)) return <p class="said" role="status">{words.same}</p>;
  return (
    <>
      <p role="status">{words.summary(changes.routers.length, changes.same)}</p>
      <Names title={words.addedRouters} names={changes.added} network={changes.after} kind="added" />
      <Names title={words.removedRouters} names={changes.removed} network={changes.before} kind="removed" />
      {changes.cut > 0 && <p class="warned">{words.cut(changes.cut)}</p>}
      {changes.notes.map((note) => <p key={note} class="warned">{note}</p>)}
      {changes.routers.length > 0 && (
        <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
          <Field id="find" type="search" label={words.search} placeholder={words.searchHint} value={typed} onType={(find) => onFilter({ find })} />
          <Choice id="group" label={words.group} value={group} options={GROUPS.map((each) => [each, words.groups[each]])} onChoose={(next) => onFilter({ group: next === "all" ? "" : next })} />
        </form>
      )}
      {changes.routers.length > 0 && routers.length === 0 && <div class="card none"><p>{words.nothing}</p></div>}
      {routers.map((router) => <OfRouter key={router.name} router={router} changes={changes} />)}
    </>
  );
}

interface NamesProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly network: string;
  readonly kind: "added" | "removed";
}

function Names({ title, names, network, kind }: NamesProps) {
  if (names.length === 0) return null;
  return (
    <p class={`actions routers ${kind}`}>
      {title} {names.map((name) => <Link key={name} to={pathTo("router", { router: name }, { network })}>{name}</Link>)}
    </p>
  );
}

function OfRouter({ router, changes }: { readonly router: RouterChanges; readonly changes: NetworkChanges }) {
  const sum = sumOf(router.sections);
  return (
    <details class="card" open>
      <summary><strong>{router.name}</strong> <Sum {...sum} /></summary>
      {router.sections.map((section) => (
        <Section
          key={`${section.kind} ${section.family} ${section.table} ${section.name}`} router={router.name} section={section}
          network={section.change === "removed" ? changes.before : changes.after}
        />
      ))}
    </details>
  );
}

function Section({ router, section, network }: { readonly router: string; readonly section: SectionChanges; readonly network: string }) {
  const name = words.section(section);
  const left = section.removed + section.added - section.lines.length;
  return (
    <section class="section">
      <h3>
        {name} {section.change !== "changed" && <span class={`tag ${section.change === "added" ? "good" : "open"}`}>{words.whole[section.change]}</span>} <Sum removed={section.removed} added={section.added} />
        <Link class="small" to={pathToSection(router, section, network)} label={`${words.toNew}: ${words.open(name)}`}>{words.toNew}</Link>
      </h3>
      {section.lines.length > 0 && (
        <div class="lines" role="region" aria-label={`${router}: ${name}`} tabindex={0}>
          <ol>{section.lines.map((line, at) => <Line key={at} line={line} />)}</ol>
        </div>
      )}
      {left > 0 && <p class="faint small">{words.more(left)}</p>}
    </section>
  );
}

function Line({ line }: { readonly line: LineChange }) {
  return (
    <li class={line.change}>
      <span class="mark" aria-hidden="true">{line.change === "added" ? "+" : "−"}</span>
      <span class="unseen">{words.line[line.change]}: </span>
      <span class="at">{line.number ?? ""}</span>
      <code>{line.text}</code>
    </li>
  );
}

function Sum({ removed, added }: { readonly removed: number; readonly added: number }) {
  return (
    <span class="sum">
      <span class="unseen">{words.lines(removed, added)}</span>
      <span aria-hidden="true"><span class="plus">+{added.toLocaleString("en")}</span> <span class="minus">−{removed.toLocaleString("en")}</span></span>
    </span>
  );
}

import { useRef } from "preact/hooks";
import { ask } from "../../api/http";
import type { Entry } from "../../api/types";
import { ACTIONS, auditFilters, isTest, soughtOf, type AuditFilters } from "../../state/admin";
import { pathTo, type Query } from "../../state/route";
import { text } from "../../text/admin";
import { text as parts } from "../../text/parts";
import { Link, navigate } from "../frame/navigation";
import { Choice, Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { Loading } from "../parts/Loading";
import { MoreButton } from "../parts/MoreButton";
import { Problem } from "../parts/Problem";
import { SearchField } from "../parts/SearchField";
import { Table, type Column } from "../parts/Table";
import { Time } from "../parts/Time";
import { usePaged } from "../parts/usePaged";

const PAGE = 50;
const words = text.audit;

/** Who did what, newest first. */
export function Audit({ query }: { readonly query: Query }) {
  const filters = auditFilters(query);
  const found = usePaged<Entry>(
    async (page, signal) => {
      const { entries, next } = await ask("GET /api/v1/audit", { query: { ...soughtOf(filters), ...page } }, { signal });
      return { items: entries, next };
    },
    PAGE, [JSON.stringify(filters)],
  );
  return (
    <>
      <h2 class="unseen">{text.parts.audit}</h2>
      <Filters filters={filters} />
      {found.failure && <Problem failure={found.failure} onRetry={found.reload} />}
      {found.items === null && !found.failure && <Loading />}
      {found.items && (
        <Table caption={words.list} columns={COLUMNS} rows={found.items} keyOf={({ id }) => id} empty={<p class="faint">{words.none}</p>} />
      )}
      {found.hasMore && <MoreButton isBusy={found.isAsking} onPress={found.more} />}
    </>
  );
}

function Filters({ filters }: { readonly filters: AuditFilters }) {
  const now = useRef(filters); // what is typed is set later, when others may have been chosen meanwhile
  now.current = filters;
  const set = (name: keyof AuditFilters) => (value: string) =>
    navigate(pathTo("admin", { part: "audit" }, { ...now.current, [name]: value }), { replace: true });
  const actions = ACTIONS.map((each) => [each as string, each as string] as const);
  return (
    <form class="card audit-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchField id="who" label={words.who} placeholder={words.whoHint} value={filters.who} onFind={set("who")} />
      <Choice id="what" label={words.what} value={filters.what} options={[["", words.any], ...actions]} onChoose={set("what")} />
      <SearchField id="object" label={words.object} placeholder={words.objectHint} value={filters.object} onFind={set("object")} />
      <Field id="since" type="date" label={words.since} value={filters.since} onType={set("since")} />
      <Field id="until" type="date" label={words.until} value={filters.until} onType={set("until")} />
    </form>
  );
}

const COLUMNS: readonly Column<Entry>[] = [
  { key: "time", title: words.time, cell: ({ time }) => <Time at={time} isWhole /> },
  { key: "who", title: words.who, cell: ({ who }) => who, isHead: true },
  { key: "what", title: words.what, cell: ({ what }) => what },
  { key: "object", title: words.object, cell: ({ what, object }) => (isTest(what) ? <Link to={pathTo("job", { job: object })}>{object}</Link> : object || parts.none), isMono: true },
  { key: "address", title: words.address, cell: ({ address }) => address || parts.none, isMono: true },
  {
    key: "outcome", title: words.outcome,
    cell: ({ outcome }) => (outcome === words.done ? outcome : <span class="fate open refused"><Icon name="open" />{outcome}</span>),
  },
];

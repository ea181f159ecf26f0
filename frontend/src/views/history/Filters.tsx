import { useRef, useState } from "preact/hooks";
import { ask } from "../../api/http";
import { isFiltered, STATUSES, VERDICTS, type Filters as Chosen } from "../../state/history";
import { valueOf } from "../../state/remote";
import { pathTo } from "../../state/route";
import { text } from "../../text/history";
import { verdict } from "../../text/parts";
import { Link, navigate } from "../frame/navigation";
import { Button } from "../parts/Button";
import { Choice, Field } from "../parts/Field";
import { SearchField } from "../parts/SearchField";
import { useAsked } from "../parts/useAsked";

const words = text.history;
const ANY = ["", words.any] as const;

/** All that is chosen stands in the address. */
export function Filters({ filters, isAdmin }: { readonly filters: Chosen; readonly isAdmin: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const now = useRef(filters); // what is typed is set later, when others may have been chosen meanwhile
  now.current = filters;
  const set = (name: keyof Chosen) => (value: string) => navigate(pathTo("history", {}, { ...now.current, [name]: value }), { replace: true });
  return (
    <form class="card run-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchField id="q" label={words.find} placeholder={words.findHint} value={filters.q} onFind={set("q")} />
      <Button isPressed={isOpen} onPress={() => setOpen(!isOpen)}>{words.filters}</Button>
      <div class={isOpen ? "more-filters open" : "more-filters"}>
        <Choice id="status" label={words.status} value={filters.status} onChoose={set("status")} options={[ANY, ...STATUSES.map((each) => [each, words.statuses[each]] as const)]} />
        <Choice id="verdict" label={words.verdict} value={filters.verdict} onChoose={set("verdict")} options={[ANY, ...VERDICTS.map((each) => [each, verdict(each)] as const)]} />
        <NetworkChoice value={filters.network} onChoose={set("network")} />
        {isAdmin && <UserChoice value={filters.user} onChoose={set("user")} />}
        <Field id="since" type="date" label={words.since} value={filters.since} onType={set("since")} />
        <Field id="until" type="date" label={words.until} value={filters.until} onType={set("until")} />
      </div>
      {isFiltered(filters) && <p class="small"><Link to={pathTo("history")}>{words.clear}</Link></p>}
    </form>
  );
}

interface OneOf {
  readonly value: string;
  readonly onChoose: (value: string) => void;
}

function NetworkChoice({ value, onChoose }: OneOf) {
  const [networks] = useAsked((signal) => ask("GET /api/v1/networks", {}, { signal }), []);
  const labels = valueOf(networks)?.kept.map(({ label }) => label) ?? [];
  return <Choice id="network" label={words.network} value={value} onChoose={onChoose} options={optionsOf(labels, value)} />;
}

function UserChoice({ value, onChoose }: OneOf) {
  const [users] = useAsked((signal) => ask("GET /api/v1/users", {}, { signal }), []);
  const names = valueOf(users)?.users.map(({ username }) => username) ?? [];
  const [, ...others] = optionsOf(names, value);
  return <Choice id="user" label={words.user} value={value} onChoose={onChoose} options={[["", words.everybody], ...others]} />;
}

/** What the address says can be chosen, also while nothing else is known. */
function optionsOf(values: readonly string[], chosen: string): readonly (readonly [string, string])[] {
  const all = chosen === "" || values.includes(chosen) ? values : [chosen, ...values];
  return [ANY, ...all.map((each) => [each, each] as const)];
}

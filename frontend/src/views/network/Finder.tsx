import { isSame, type Found, type Place } from "../../state/topology";
import { text } from "../../text/network";
import { Field } from "../parts/Field";

interface Props {
  readonly typed: string;
  /** null: nothing is searched for. */
  readonly found: readonly Found[] | null;
  readonly chosen: Place | null;
  readonly onType: (typed: string) => void;
  readonly onChoose: (place: Place) => void;
}

const SHOWN = 8;

/** Enter takes the first of what is found. */
export function Finder({ typed, found, chosen, onType, onChoose }: Props) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const best = found?.[0];
    if (best) onChoose(best);
  };
  return (
    <form class="finder" role="search" onSubmit={submit}>
      <Field id="find" type="search" label={text.topology.search} value={typed} placeholder={text.topology.searchHint} onType={onType} />
      <p class="unseen" role="status">{found ? text.topology.found(found.length) : ""}</p>
      {found?.length === 0 && <p class="faint small" aria-hidden="true">{text.topology.found(0)}</p>}
      {found !== null && found.length > 0 && (
        <ul class="found">
          {found.slice(0, SHOWN).map((each) => (
            <li key={`${each.kind} ${each.name}`}>
              <button type="button" class="plain" aria-pressed={isSame(each, chosen)} onClick={() => onChoose(each)}>
                <strong>{each.name}</strong>{each.why !== "" && <span class="mono small">{each.why}</span>}
              </button>
            </li>
          ))}
          {found.length > SHOWN && <li class="faint small">{text.topology.more(found.length - SHOWN)}</li>}
        </ul>
      )}
    </form>
  );
}

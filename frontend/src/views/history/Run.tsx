import type { Job } from "../../api/types";
import { groupsOf, namesOf, type Group } from "../../state/history";
import { questionOf } from "../../state/draft";
import { isOver } from "../../state/job";
import { pathTo } from "../../state/route";
import { text } from "../../text/history";
import { text as parts } from "../../text/parts";
import { Link } from "../frame/navigation";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Time } from "../parts/Time";

const words = text.history;
/** Of one group; there may be a thousand. */
const SHOWN = 8;

interface Props {
  readonly job: Job;
  readonly isOwn: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onCancel: () => void;
  readonly onRemove: () => void;
}

/** A test in the list: what was asked, what came of it, what can be done with it. */
export function Run({ job, isOwn, isChosen, onChoose, onCancel, onRemove }: Props) {
  const { number, mode, network } = job;
  const [source, destination] = namesOf(job);
  return (
    <li class={isChosen ? "run chosen" : "run"}>
      <input type="checkbox" name="chosen" aria-label={words.choose(number)} checked={isChosen} onChange={onChoose} />
      <div class="what">
        <Link class="asked mono" to={pathTo("job", { job: job.id })} label={words.open(number, source, destination)}>
          {words.question(source, destination)}
        </Link>
        {isNamed(job) && <p class="faint small mono">{words.question(job.source, job.destination)}</p>}
        <p class="faint small">
          {[words.name(number), isOwn ? null : job.user, words.mode[mode], network].filter(Boolean).join(" · ")}
        </p>
      </div>
      <ul class="fates">{groupsOf(job).map((group) => <Fates key={`${group.fate} ${group.router}`} group={group} />)}</ul>
      <div class="when small">
        <State job={job} />
        <p class="faint"><Time at={job.submitted} /></p>
      </div>
      <div class="actions">
        <Link class="button" to={pathTo("newTest", {}, questionOf(job))} label={words.rerunLabel(number)}>{words.rerun}</Link>
        {isOver(job)
          ? <Button kind="quiet" label={words.removeLabel(number)} onPress={onRemove}>{words.remove}</Button>
          : <Button kind="quiet" label={words.cancelLabel(number)} onPress={onCancel}>{words.cancel}</Button>}
      </div>
    </li>
  );
}

/** So that the addresses stand below. */
function isNamed({ source_name, destination_name }: Job): boolean {
  return source_name !== null || destination_name !== null;
}

function Fates({ group: { fate, router, services } }: { readonly group: Group }) {
  const shown = services.length === SHOWN + 1 ? services : services.slice(0, SHOWN); // "and 1 more" takes as much room
  const more = services.length - shown.length;
  return (
    <li>
      {fate && (
        <span class="label">
          <span class={`fate ${fate}`}><Icon name={fate} />{parts.fate[fate]}</span>
          {router && <span class="faint">{words.at(router)}</span>}
        </span>
      )}
      <span class={fate ? "mono" : "mono faint unknown-yet"}>
        {shown.join(" ")}{more > 0 && <span class="faint"> {words.moreServices(more)}</span>}
      </span>
    </li>
  );
}

function State({ job }: { readonly job: Job }) {
  const { status, reason, started, ended } = job;
  const took = started && ended ? (Date.parse(ended) - Date.parse(started)) / 1000 : null;
  const isBad = status === "failed" || status === "expired";
  return (
    <p class={`state ${status}`} title={reason || undefined}>
      {isBad && <Icon name="open" />}
      {status === "running" && <span class="dot" aria-hidden="true" />}
      <span>{status === "succeeded" && took !== null ? words.took(parts.took(took)) : words.statuses[status]}</span>
      {isBad && reason && <span class="unseen">{reason}</span>}
    </p>
  );
}

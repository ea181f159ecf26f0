import { useMemo } from "preact/hooks";
import type { Topology, Trace } from "../../api/types";
import type { Actions } from "./actions";
import type { Address } from "../../state/address";
import { branchAt, branchesOf, entrySegment, hopNumbered, isDelivered } from "../../state/answer";
import { candidates, namedAs } from "../../state/suggest";
import { toneOf } from "../../state/verdict";
import { text } from "../../text/trace";
import { Branches } from "./Branches";
import { HopTable } from "./HopTable";
import { Icon } from "../parts/Icon";
import { PathDrawing } from "./PathDrawing";
import { Steps } from "./Steps";

interface Props {
  readonly trace: Trace;
  readonly address: Address;
  readonly topology: Topology | null;
  /** A newer question is under way. */
  readonly isStale: boolean;
  readonly actions: Actions;
}

export function Answer({ trace, address, topology, isStale, actions }: Props) {
  const all = branchesOf(trace);
  const position = Math.min(address.branch, all.length - 1);
  const branch = branchAt(trace, position);
  const delivering = all.filter(isDelivered).length;
  const isMixed = delivering > 0 && delivering < all.length;
  const tone = isMixed ? "open" : toneOf(branch.verdict);
  const hop = hopNumbered(branch, address.hop);
  const ends = useMemo(() => {
    const known = topology ? candidates(topology) : [];
    const end = (address: string) => ({ address, name: namedAs(known, address)?.name ?? address });
    return { source: end(trace.source), destination: end(trace.destination), segment: entrySegment(branch, trace.source, topology) };
  }, [trace, branch, topology]);
  const choose = (number: number) => actions.chooseHop(number);
  return (
    <section class={isStale ? "answer stale" : "answer"} aria-label={text.answer.label} aria-busy={isStale}>
      <header class={`verdict ${tone}`}>
        <Icon name={tone} />
        <div role="status">
          {isMixed && <h2>{text.answer.differ(delivering, all.length)}</h2>}
          {isMixed ? <p class="this">{text.sentence(trace, branch)}</p> : <h2>{text.sentence(trace, branch)}</h2>}
          {branch.reason && <p>{branch.reason}</p>}
          {all.length > 1 && !isMixed && <p>{text.answer.same(all.length, delivering > 0)}</p>}
        </div>
      </header>
      <ul class="about">
        <li class="scope">{text.answer.scope(trace.scope)}</li>
        <li>{text.answer.by(trace.by, trace.network)}</li>
        {text.answer.flow(trace.flow).map((part) => <li key={part}>{part}</li>)}
      </ul>
      {branch.conditions.length > 0 && (
        <section class="conditions">
          <h3>{text.answer.conditions}</h3>
          <ul>{branch.conditions.map((condition) => <li key={condition}>{condition}</li>)}</ul>
        </section>
      )}
      {all.length > 1 && <Branches all={all} chosen={position} onChoose={(next) => actions.chooseBranch(next)} />}
      <div
        id="branch" class="branch" role={all.length > 1 ? "tabpanel" : undefined}
        aria-labelledby={all.length > 1 ? `branch-${position}` : undefined}
      >
        <PathDrawing branch={branch} ends={ends} chosen={hop?.hop ?? null} onChoose={choose} />
        {hop && (
          <div class="details">
            <HopTable branch={branch} chosen={hop.hop} onChoose={choose} />
            <Steps hop={hop} branch={branch} />
          </div>
        )}
      </div>
    </section>
  );
}

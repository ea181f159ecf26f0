import type { DecidingRule, HopDifference, KnownService, RouterDifference, ServiceDifference } from "../../api/types";
import { aloneOf, hasOtherPath, standingOf } from "../../state/compare";
import { nameOf } from "../../state/service";
import { text } from "../../text/history";
import { Verdict } from "../parts/Verdict";

const words = text.compare;

/** A service then and now: its fate, who decided, and below that the routers and the path where they are others. */
export function ComparedService({ service, isOpen }: { readonly service: ServiceDifference; readonly isOpen: boolean }) {
  const { before, after, differs, is_moved: isMoved, forward, back, routers } = service;
  const name = nameOf(service);
  const standing = standingOf(service);
  const aspects = [...differs.map(words.aspect), ...(isMoved ? [words.moved] : [])];
  return (
    <li class={standing === "differs" ? "card differs" : "card"}>
      <div class="service">
        <h2 class="mono">{name}</h2>
        <p class="small faint">{standing === "once" ? words.onlyOne : aspects.length > 0 ? words.differsIn(aspects) : words.same}</p>
      </div>
      <Known known={before} word={words.before} />
      <Known known={after} word={words.after} />
      {standing !== "once" && (routers.length > 0 || hasOtherPath(forward) || hasOtherPath(back)) && (
        <details open={isOpen}>
          <summary>{words.details(name)}</summary>
          <div class="more-of">
            {routers.length > 0 && <Routers routers={routers} label={words.routersOf(name)} />}
            <div class="paths">
              {hasOtherPath(forward) && <Path hops={forward} title={words.path.forward} />}
              {hasOtherPath(back) && <Path hops={back} title={words.path.back} />}
            </div>
          </div>
        </details>
      )}
    </li>
  );
}

function Known({ known, word }: { readonly known: KnownService | null; readonly word: string }) {
  return (
    <div class="known">
      <p class="faint small">{word}</p>
      {known === null ? <p class="faint">{words.absent}</p> : (
        <>
          <p class="fate-line">
            <Verdict verdict={known.verdict} action={known.decided_by?.action ?? null} />
            <span class="faint small">{[known.direction === "return" ? words.back : null, words.by[known.by]].filter(Boolean).join(" · ")}</span>
          </p>
          <Rule rule={known.decided_by} />
        </>
      )}
    </div>
  );
}

function Rule({ rule }: { readonly rule: DecidingRule | null }) {
  if (rule === null) return null;
  return (
    <>
      <p class="small">{words.rule(rule.router, rule.chain, rule.number)}</p>
      <p class="mono rule-text">{rule.text}</p>
      {rule.comment && <p class="small faint">{rule.comment}</p>}
    </>
  );
}

function Routers({ routers, label }: { readonly routers: readonly RouterDifference[]; readonly label: string }) {
  return (
    <div class="table" role="region" aria-label={label} tabindex={0}>
      <table>
        <caption>{words.routers}</caption>
        <thead><tr><th scope="col">{words.router}</th><th scope="col">{words.before}</th><th scope="col">{words.after}</th></tr></thead>
        <tbody>
          {routers.map(({ name, before, after }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {[before, after].map((word, side) => <td key={side}><Alone word={word} /></td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Alone({ word }: { readonly word: RouterDifference["before"] }) {
  const alone = aloneOf(word);
  if (alone === null) return <span class="faint">{words.notThere}</span>;
  return (
    <>
      <p class="fate-line">
        <Verdict verdict={alone.verdict} action={alone.rule?.action ?? null} />
        {alone.isAnswer && <span class="faint small">{words.back}</span>}
      </p>
      {alone.rule && <p class="mono rule-text">{alone.rule.text}</p>}
    </>
  );
}

/** Hop below hop; what is only in one of them is marked as in a comparison of texts. */
function Path({ hops, title }: { readonly hops: readonly HopDifference[]; readonly title: string }) {
  return (
    <div class="hop-list">
      <h3>{title}</h3>
      <ol>
        {hops.map(({ name, incoming, outgoing, found }, position) => (
          <li key={position} class={found}>
            <span class="sign mono" aria-hidden="true">{words.sign[found]}</span>
            <span>{name}</span>
            <span class="faint mono">{[incoming, outgoing].filter(Boolean).join(" → ")}</span>
            <span class={found === "both" ? "unseen" : "small"}>{words.hop[found]}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

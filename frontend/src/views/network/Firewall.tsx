import { useEffect, useMemo, useState } from "preact/hooks";
import type { KnownChain, KnownChains, KnownRule } from "../../api/types";
import { callersOf, tablesOf, windowAround, type Caller, type Spot } from "../../state/router";
import { text } from "../../text/network";
import { Link } from "../frame/navigation";
import { Button } from "../parts/Button";
import { Families } from "./Families";
import type { PartProps } from "./partProps";

const words = text.router.firewall;

/** Of the firewall or of NAT: the table first that people look for, chains in the order of the facts. */
export function Firewall({ facts, whole, spot, to }: PartProps) {
  const part = spot.part;
  const [ruleset, all] = [facts, whole].map((each) => each.rulesets.find((one) => one.family === spot.family));
  useEffect(() => {
    const rule = document.querySelector(".chain.chosen tr.chosen");
    if (rule) rule.scrollIntoView({ block: "center" });
    else document.querySelector(".chain.chosen")?.scrollIntoView({ block: "start" });
  }, [spot.table, spot.chain, spot.rule, spot.family]);
  if (!ruleset || !all) return null;
  const tables = tablesOf(ruleset, part);
  return (
    <>
      <Families chosen={spot.family} to={(family) => to({ part, family })} />
      {ruleset.missing !== null && <div class="card none"><p class="warned">{words.missing(spot.family, ruleset.missing)}</p></div>}
      {ruleset.missing === null && tables.length === 0 && <div class="card none"><p>{words.none(spot.family)}</p></div>}
      {ruleset.missing === null && <Missing tables={tablesOf(all, part)} spot={spot} />}
      {tables.map((table) => (
        <OfTable key={table.name} table={table} whole={all.tables.find((each) => each.name === table.name) ?? table} spot={spot} to={to} />
      ))}
    </>
  );
}

/** A link may be older than the facts. */
function Missing({ tables, spot }: { readonly tables: readonly KnownChains[]; readonly spot: Spot }) {
  const { table, chain, rule } = spot;
  if (table === null || chain === null) return null;
  const found = tables.find((each) => each.name === table)?.chains.find((each) => each.name === chain);
  const said = !found ? words.goneChain(table, chain) : rule !== null && (rule < 1 || rule > found.rules.length) ? words.goneRule(table, chain, rule) : "";
  return said === "" ? null : <p class="other" role="note">{said}</p>;
}

interface OfTableProps {
  readonly table: KnownChains;
  readonly whole: KnownChains;
  readonly spot: Spot;
  readonly to: PartProps["to"];
}

function OfTable({ table, whole, spot, to }: OfTableProps) {
  const callers = useMemo(() => callersOf(whole), [whole]);
  const names = useMemo(() => new Set(whole.chains.map((chain) => chain.name)), [whole]);
  const place = { part: spot.part, family: spot.family, table: table.name };
  return (
    <section class="ruleset">
      <h2>{words.table(table.name)}</h2>
      <nav class="chains small" aria-label={words.chains(table.name)}>
        {table.chains.map((chain) => (
          <Link key={chain.name} to={to({ ...place, chain: chain.name })} isCurrent={spot.table === table.name && spot.chain === chain.name}>
            {chain.name} <span class="count">{chain.rules.length.toLocaleString("en")}</span>
          </Link>
        ))}
      </nav>
      {table.chains.map((chain) => (
        <Chain
          key={chain.name} table={table.name} chain={chain} callers={callers.get(chain.name) ?? []}
          rule={spot.table === table.name && spot.chain === chain.name ? (spot.rule ?? 0) : null}
          isChain={(name) => names.has(name)} to={(name, rule) => to({ ...place, chain: name, rule })} toSet={(set) => to({ part: "sets", set, typed: "" })}
        />
      ))}
    </section>
  );
}

interface ChainProps {
  readonly table: string;
  readonly chain: KnownChain;
  readonly callers: readonly Caller[];
  /** Of this chain, the rule that the address names; 0: the chain itself; null: another one. */
  readonly rule: number | null;
  readonly isChain: (name: string) => boolean;
  readonly to: (chain: string, rule: number | null) => string;
  readonly toSet: (set: string) => string;
}

const CALLERS = 12;

function Chain({ table, chain, callers, rule, isChain, to, toSet }: ChainProps) {
  const at = rule ? chain.rules.findIndex((each) => each.number === rule) : null;
  const [shown, setShown] = useState(() => windowAround(chain.rules.length, at));
  useEffect(() => setShown(windowAround(chain.rules.length, at)), [chain.rules.length, at]);
  const hasCounters = chain.rules.some((each) => each.packets !== null);
  const more = 500;
  return (
    <article class={rule === null ? "chain card" : "chain card chosen"}>
      <header>
        <h3 class="mono">{chain.name}</h3>
        {chain.policy ? <span class={`policy ${chain.policy.toLowerCase()}`}>{words.policy(chain.policy)}</span> : <span class="faint small">{words.user}</span>}
        {chain.policy !== null && chain.packets !== null && <span class="faint small">{words.counted(chain.packets, chain.bytes ?? 0)}</span>}
        {chain.rules.length === 0 && <span class="faint small">{words.empty}</span>}
        {chain.policy === null && (
          <span class="small callers">
            {callers.length === 0 ? <span class="faint">{words.uncalled}</span> : <span class="faint">{words.calledBy}</span>}
            {callers.slice(0, CALLERS).map((caller) => <Link key={`${caller.chain} ${caller.number}`} to={to(caller.chain, caller.number)}>{caller.chain} {caller.number}</Link>)}
            {callers.length > CALLERS && <span class="faint">…</span>}
          </span>
        )}
      </header>
      {chain.rules.length > 0 && (
        <div class="table" role="region" aria-label={`${table} ${chain.name}`} tabindex={0}>
          <table class="rules">
            <thead>
              <tr>
                <th scope="col" class="number">{words.number}</th><th scope="col">{words.rule}</th><th scope="col">{words.target}</th>
                {hasCounters && <><th scope="col" class="number">{words.packets}</th><th scope="col" class="number">{words.bytes}</th></>}
                <th scope="col" class="number">{text.router.line}</th>
              </tr>
            </thead>
            <tbody>
              {chain.rules.slice(shown.from, shown.to).map((each) => (
                <Rule key={each.number} chain={chain.name} rule={each} isChosen={each.number === rule} hasCounters={hasCounters} isChain={isChain} to={to} toSet={toSet} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(shown.from > 0 || shown.to < chain.rules.length) && (
        <p class="actions more-rows">
          {shown.from > 0 && <Button onPress={() => setShown({ ...shown, from: Math.max(0, shown.from - more) })}>{words.before(Math.min(more, shown.from))}</Button>}
          {shown.to < chain.rules.length && <Button onPress={() => setShown({ ...shown, to: shown.to + more })}>{words.after(Math.min(more, chain.rules.length - shown.to))}</Button>}
        </p>
      )}
    </article>
  );
}

interface RuleProps extends Pick<ChainProps, "isChain" | "to" | "toSet"> {
  readonly chain: string;
  readonly rule: KnownRule;
  readonly isChosen: boolean;
  readonly hasCounters: boolean;
}

function Rule({ chain, rule, isChosen, hasCounters, isChain, to, toSet }: RuleProps) {
  const { number, target } = rule;
  return (
    <tr class={isChosen ? "chosen" : undefined} aria-current={isChosen || undefined}>
      <th scope="row" class="number"><Link to={to(chain, number)} label={words.link(chain, number)}>{number}</Link></th>
      <td>
        <code>{rule.text.replace(/^-A \S+ ?/, "")}</code>
        {rule.comment !== null && <p class="comment">{rule.comment}</p>}
        {rule.sets.length > 0 && <p class="small actions">{rule.sets.map((set) => <Link key={set} to={toSet(set)}>{set}</Link>)}</p>}
      </td>
      <td class={`target ${kindOf(target)}`}>
        {rule.is_goto && `${words.goto} `}
        {target !== null && (isChain(target) ? <Link to={to(target, null)}>{target}</Link> : target)}
      </td>
      {hasCounters && <><td class="number">{rule.packets?.toLocaleString("en")}</td><td class="number">{rule.bytes?.toLocaleString("en")}</td></>}
      <td class="number faint">{rule.line}</td>
    </tr>
  );
}

function kindOf(target: string | null): string {
  if (target === "ACCEPT") return "good";
  return target === "DROP" || target === "REJECT" ? "bad" : "";
}

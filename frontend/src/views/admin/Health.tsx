import { useEffect, useRef } from "preact/hooks";
import { ask } from "../../api/http";
import type { HealthNow } from "../../api/types";
import { checksOf, type Check } from "../../state/admin";
import { valueOf } from "../../state/remote";
import { text } from "../../text/admin";
import { Icon } from "../parts/Icon";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useAsked } from "../parts/useAsked";
import { useWhenSeen } from "../parts/useWhenSeen";
import { Figure } from "./Figure";

const words = text.health;
const EVERY_MS = 10_000;

/** Looked at again and again while somebody looks. */
export function Health() {
  const [remote, reload] = useAsked((signal) => ask("GET /api/v1/checks", {}, { signal }), []);
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && latest.current(), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  useWhenSeen(reload);
  const health = valueOf(remote);
  return (
    <>
      <div class="area-head">
        <h2>{text.parts.health}</h2>
        <p class="faint small">{words.every(EVERY_MS / 1000)}</p>
      </div>
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={reload} />}
      {health === null && remote.state !== "failed" && <Loading />}
      {health && remote.state !== "failed" && <Found health={health} />}
    </>
  );
}

function Found({ health }: { readonly health: HealthNow }) {
  const checks = checksOf(health);
  const wrong = checks.filter(({ isWell }) => !isWell).length;
  return (
    <>
      <p class={`summary-line card ${wrong === 0 ? "good" : "bad"}`} role="status">
        <Icon name={wrong === 0 ? "good" : "bad"} />{wrong === 0 ? words.well : words.wrong(wrong)}
      </p>
      <ul class="checks card">{checks.map((check) => <OneCheck key={check.name} check={check} />)}</ul>
      <ul class="figures">
        <Figure value={words.span(health.uptime_s)} word={words.uptime} />
        <Figure value={text.bytes(health.memory_bytes)} word={words.memory} />
        <Figure value={String(health.running)} word={words.running} />
        <Figure value={String(health.waiting)} word={words.waiting} />
        <Figure value={String(health.connections)} word={words.connections} />
        <Figure value={health.network} word={words.network} />
      </ul>
    </>
  );
}

function OneCheck({ check: { name, isWell, said } }: { readonly check: Check }) {
  const { title, about, mend } = words.checkOf(name);
  return (
    <li>
      <span class={isWell ? "fate good" : "fate bad"}><Icon name={isWell ? "good" : "bad"} />{isWell ? words.ok : words.failed}</span>
      <div>
        <h3>{title}</h3>
        {isWell ? <p class="faint small">{about}</p> : <p class="said">{said}</p>}
        {!isWell && mend && <p><b>{words.mend}</b> {mend}</p>}
      </div>
    </li>
  );
}

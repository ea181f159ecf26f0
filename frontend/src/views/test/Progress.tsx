import { useEffect, useState } from "preact/hooks";
import type { Result } from "../../api/types";
import { PHASES, isOver, type JobView, type Phase } from "../../state/job";
import { text } from "../../text/test";
import { Icon } from "../parts/Icon";

const TICK_MS = 100;

interface Props {
  readonly view: JobView;
  readonly result: Result | null;
}

/** How far it is and what each phase took; the same when it is over, without the bar. */
export function Progress({ view, result }: Props) {
  const { job, percent, message } = view;
  const isRunning = !isOver(job);
  return (
    <section class="progress card" aria-label={text.progress.label}>
      <p class="line">
        <strong role="status">{text.job.statusLine(job.status, percent)}</strong>
        {isRunning && job.place && <span class="faint">{text.progress.place(job.place)}</span>}
        <Spent view={view} />
        {isRunning && <span class="faint">{text.progress.expected(job.expected_s)}</span>}
        {!isRunning && job.reason && <span class="reason">{text.job.reason(job.reason)}</span>}
      </p>
      {isRunning && <progress max={100} value={percent} aria-label={text.progress.bar} />}
      <ol class="phases">
        {PHASES[job.mode].map((phase) => <Step key={phase} phase={phase} view={view} took_s={result?.phases.find((each) => each.phase === phase)?.took_s} />)}
      </ol>
      {(job.status === "running" || (isRunning && job.attempt > 1)) && <p class="message faint small">{message}</p>}
    </section>
  );
}

interface StepProps {
  readonly phase: Phase;
  readonly view: JobView;
  readonly took_s: number | undefined;
}

function Step({ phase, view, took_s }: StepProps) {
  const known = view.phases[phase];
  const state = stateOf(phase, view);
  const seconds = took_s ?? (known ? (Date.parse(known.changed) - Date.parse(known.began)) / 1000 : null);
  return (
    <li class={state} aria-current={state === "now" ? "step" : undefined}>
      <span class="sign">{state === "done" ? <Icon name="done" /> : state === "failed" ? <Icon name="close" /> : null}</span>
      <span class="name">{text.progress.phase(phase)}</span>
      <span class="unseen">{text.progress.state[state === "now" ? "progress" : state === "done" ? "finished" : state]}</span>
      {state !== "waiting" && state !== "now" && seconds !== null && <span class="took">{text.progress.took(seconds)}</span>}
    </li>
  );
}

/** A phase that is followed by another is over, whether it said so or not. */
function stateOf(phase: Phase, { phases, job }: JobView): "waiting" | "now" | "done" | "failed" {
  const known = phases[phase];
  if (!known) return "waiting";
  if (known.state === "failed") return "failed";
  const all = PHASES[job.mode];
  if (known.state === "finished" || all.slice(all.indexOf(phase) + 1).some((later) => phases[later])) return "done";
  return isOver(job) ? (job.status === "succeeded" ? "done" : "failed") : "now";
}

/** Counted here while it runs, from when this page knows that it began: clocks of two machines differ. */
function Spent({ view: { job } }: { readonly view: JobView }) {
  const isRunning = job.status === "running";
  const [began] = useState(() => performance.now());
  const [now, setNow] = useState(began);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  if (job.started === null) return null;
  const seconds = job.ended ? (Date.parse(job.ended) - Date.parse(job.started)) / 1000 : isRunning ? (now - began) / 1000 : null;
  return seconds === null ? null : <span class="spent" aria-hidden={isRunning ? "true" : undefined}>{text.progress.spent(seconds)}</span>;
}

/** Words of a new test and of a test that runs or has ended. */

import type { Decision, Job, Place, Summary } from "../api/types";
import type { Phase } from "../state/job";
import type { Outcome } from "../state/outcome";
import type { Cell, Standing } from "../state/result";
import { nameOf } from "../state/service";
import { text as parts } from "./parts";
import { asSentence, counted, factLine, factPlace, listed, stepKind } from "./words";

const phases: Record<Phase, string> = {
  queued: "Wait",
  predict: "Predict",
  build: "Build the lab",
  services: "Start services",
  test: "Test",
  analyze: "Compare",
  report: "Report",
  done: "Done",
};

const statuses: Record<Job["status"], string> = {
  queued: "Waiting for its turn",
  running: "Running",
  succeeded: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
  expired: "Ended: it took too long",
};

const standings: Record<Standing, string> = {
  predicted: "predicted",
  proved: "proved",
  confirmed: "predicted and proved",
  differs: "proof contradicts the prediction",
  incomparable: "proved; cannot be compared with the prediction",
};

const DENIED: readonly string[] = ["denied_in", "denied_forward", "denied_out"];

/** A long list is shortened in the middle; the matrix has all of it. */
function some(names: readonly string[], most = 6): string {
  return names.length <= most ? listed(names) : `${names.slice(0, most - 2).join(", ")} and ${names.length - most + 2} more`;
}

/** `443/tcp from A to B is rejected by br-gw` */
function head({ services, summary, fate }: Outcome, source: string, destination: string): string {
  const names = some(services);
  const is = services.length === 1 ? "is" : "are";
  const by = summary.decided_by;
  if (fate === "accepted") return `${names} ${services.length === 1 ? "gets" : "get"} through from ${source} to ${destination}`;
  if (by === null || !DENIED.includes(summary.verdict)) return told(summary, names, services.length);
  if (summary.direction === "return") {
    const its = services.length === 1 ? "its answer is" : "the answers are";
    return `${names} ${services.length === 1 ? "reaches" : "reach"} ${destination}, but ${its} ${fate} by ${by.router}`;
  }
  return `${names} from ${source} to ${destination} ${is} ${fate} by ${by.router}`;
}

/** As the server says it of one of them. */
function told(summary: Summary, names: string, count: number): string {
  const rest = summary.sentence.startsWith(nameOf(summary)) ? summary.sentence.slice(nameOf(summary).length) : `: ${summary.sentence}`;
  return names + (count === 1 ? rest : rest.replace(/^ is /, " are "));
}

/** `filter FORWARD rule 12` */
function place({ kind, table, chain, number }: Pick<Decision, "kind" | "table" | "chain" | "number">): string {
  if (kind === "policy") return `policy of ${table} ${chain}`;
  if (kind === "rule") return `${table} ${chain} rule ${number}`;
  return kind === "route" ? (table ? `route in table ${table}` : "route") : "";
}

function cellWord({ fate, isAnswer }: Cell): string {
  return isAnswer ? `${parts.fate[fate]} (answer)` : parts.fate[fate];
}

function others({ passed, would, also, fate }: Outcome): string {
  const said = [
    passed.length > 0 && fate !== "accepted" && `${some(passed)} ${passed.length === 1 ? "lets" : "let"} it through`,
    also.length > 0 && `${some(also)} would stop it too`,
    would.length > 0 && `${some(would)} would let it through`,
    fate === "accepted" && passed.length > 0 && `By way of ${some(passed)}`,
  ].filter((part): part is string => part !== false);
  // Names of routers begin as they are written.
  return said.length === 0 ? "" : `${said.join("; ")}.`;
}

export const text = {
  newTest: {
    title: "New test",
    label: "New test",
    source: "Source",
    destination: "Destination",
    swap: "Swap source and destination",
    ends: "From where to where",
    services: "Services",
    ports: "Ports",
    portsHint: "22/tcp, 80,443, 1000-1010/udp, ssh, dns, icmp. A port without a protocol is of TCP.",
    quick: "Quick select",
    search: "Search services",
    searchHint: "Name or port",
    nothingFound: "No service of that name or port.",
    group: (title: string) => `All of ${title}`,
    chosen: "Services of this test",
    count: (count: number, most: number | null) => (most === null ? counted(count, "service", "services") : `${count} of at most ${most} services`),
    none: "None yet: choose below, or type ports.",
    remove: (service: string) => `Remove ${service}`,
    clear: "Remove all",
    mode: "What to do",
    modes: {
      prove: ["Predict and prove", "Real packets in a throw-away copy of the network, with a report"],
      predict: ["Predict only", "At once, from the rules and routes of the facts"],
    } satisfies Record<Job["mode"], readonly [string, string]>,
    more: "More options",
    moreHint: "source port, first router, TOS, TTL, own trace",
    sourcePort: "Source port",
    any: "any",
    gateway: "First router",
    gatewayHint: "found by itself",
    tos: "TOS",
    ttl: "TTL",
    trace: "Own trace",
    traceHint: "JSON with a path, as tsimsh trace -j prints it. Its routers are tested in its order. A file can be dropped here.",
    traceFile: "Choose a file",
    traceDrop: "Drop the file here",
    traceRead: (routers: readonly string[]) => `Tests ${counted(routers.length, "router", "routers")}: ${some(routers, 12)}`,
    tooLong: "The file is larger than a trace can be.",
    submit: "Start the test",
    busy: "Starting …",
    missing: "Needed for a test.",
    where: {
      piece: (piece: string, said: string) => (said.includes(piece) ? said : `${piece}: ${said}`),
      line: (line: number, column: number | null, said: string) => `Line ${line}${column === null ? "" : `, column ${column}`}: ${said}`,
      hop: (hop: number, said: string) => (/^hop \d/i.test(said) ? said : `Hop ${hop}: ${said}`),
    },
    checking: "Checking …",
    network: "The network could not be loaded: no suggestions.",
    last: "As in your last test.",
  },
  job: {
    page: (number: number | null) => (number === null ? "Test" : `Test ${number}`),
    title: (source: string, destination: string) => `${source} → ${destination}`,
    status: (status: Job["status"]) => statuses[status],
    statusLine: (status: Job["status"], percent: number) => (status === "running" ? `${statuses[status]}, ${percent}%` : statuses[status]),
    reason: asSentence,
    about: {
      number: (number: number) => `Test ${number}`,
      by: (user: string) => `by ${user}`,
      mode: (mode: Job["mode"]) => (mode === "predict" ? "prediction only" : "prediction and proof"),
      sourcePort: (port: number) => `source port ${port}`,
      attempt: (attempt: number) => `attempt ${attempt}`,
    },
    again: "Test again",
    cancel: "Cancel the test",
    cancelling: "Cancelling …",
    gone: "This test is over and has no result.",
  },
  progress: {
    label: "Progress",
    bar: "Progress of the test",
    phase: (phase: Phase) => phases[phase],
    state: { waiting: "not yet", progress: "now", started: "now", finished: "done", failed: "failed" } as Readonly<Record<string, string>>,
    took: (seconds: number) => parts.took(seconds),
    spent: (seconds: number) => `${seconds < 60 ? seconds.toFixed(1) : Math.round(seconds)} s`,
    expected: (seconds: number) => (seconds < 1 ? "usually under a second" : `usually about ${parts.took(Math.round(seconds))}`),
    place: ({ position, starts_in_s }: Place) =>
      position <= 1 ? "Next in the queue" : `Number ${position} in the queue; begins in about ${parts.took(Math.max(Math.round(starts_in_s), 1))}`,
  },
  outcome: {
    label: "Answer",
    waiting: "The prediction comes in a moment …",
    queued: "The prediction comes as soon as it is this test's turn.",
    head,
    place,
    others,
    comment: (comment: string) => `“${comment}”`,
    answer: (services: readonly string[]) => `${some(services)}: show the evidence`,
    evidence: "Evidence",
    standing: (standing: Standing) => standings[standing],
    short: { predicted: "predicted", proved: "proved", confirmed: "confirmed", differs: "contradicted", incomparable: "proved" } satisfies Record<Standing, string>,
  },
  matrix: {
    label: "Services and routers",
    hint: "Each router by itself, also behind a block. Arrow keys move, Enter shows the evidence.",
    service: "Service",
    whole: "Result",
    waiting: "…",
    absent: "–",
    absentLabel: "does not come by",
    word: cellWord,
    cell: (service: string, router: string, cell: Cell) =>
      `${cellWord(cell)}: ${service} at ${router}, ${parts.verdict(cell.verdict)}, ${standings[cell.standing]}${cell.isDeciding ? ", decides" : ""}`,
    legend: "What the cells mean",
    predicted: "predicted, not proved",
    confirmed: "proved",
    differs: "proof and prediction differ",
    decides: "decides over the service",
  },
  path: {
    label: "Path",
    drawing: (service: string) => `Path of ${service}`,
    service: "Service",
    forward: "There",
    back: "Back",
    none: "No answer was sent.",
    table: "As a table",
    tableCaption: (direction: string, service: string) => `${direction}: hops of ${service}`,
    svg: "SVG",
    png: "PNG",
    download: "Save the drawing:",
    unreached: "not reached",
    columns: { hop: "#", name: "Name", address: "Address", incoming: "In", outgoing: "Out", segment: "Leaves on", verdict: "Verdict" },
    source: "source",
    destination: "destination",
    /** Begins with what is to be seen, so that a person who speaks to the page can say it. */
    machine: (words: readonly { readonly shown: string; readonly full: string }[], tag: string) =>
      [...words.map(({ shown }) => shown), tag, ...words.filter(({ shown, full }) => shown !== full).map(({ full }) => full)].join(" "),
    proved: (word: string) => `${word} ✓`,
    share: (share: number) => `${Math.round(share * 100)}% of connections take this way`,
    others: (count: number) => counted(count, "other way of equal cost", "other ways of equal cost"),
    waiting: "The path is drawn with the prediction.",
  },
  evidence: {
    label: (service: string, router: string) => `${service} at ${router}`,
    title: "Evidence",
    choose: "Choose a cell of the matrix.",
    back: "Back to the matrix",
    before: "Router before",
    after: "Next router",
    prediction: "Prediction",
    proof: "Proof",
    notYet: "Not yet.",
    notProved: "Not proved.",
    notPredicted: "It does not come by in the prediction.",
    notThere: "It did not come by.",
    there: "There",
    answer: "Answer",
    noAnswer: "No answer comes by.",
    nothing: "No rule decides: it is only routed.",
    agreement: (standing: Standing) => asSentence(`${standings[standing].charAt(0).toUpperCase()}${standings[standing].slice(1)}`),
    packets: (count: number) => counted(count, "packet", "packets"),
    source: factPlace,
    nat: "Address translation",
    natBefore: "before",
    natAfter: "after",
    route: "Route",
    walk: (direction: "forward" | "return") => (direction === "forward" ? "What the packet meets here" : "What the answer meets here"),
    counted: "Rules that matched",
    countedNone: "No rule matched here.",
    columns: { place: "Chain and rule", rule: "Rule", predicted: "Predicted", proved: "Counted" },
    behind: "The packet does not come this far. What this router would do was found by putting the same packet on its cable.",
    tried: "Show the rules that did not match",
    trying: "Looking …",
    triedNone: "No rule was asked in vain.",
    passedBy: (count: number) => counted(count, "rule did not match", "rules did not match"),
    conditions: "Under these conditions",
    unread: (router: string, count: number) =>
      `${counted(count, "line", "lines")} in the facts of ${router} could not be understood. What ${count === 1 ? "it says" : "they say"} is no part of this answer.`,
    allUnread: "All of them, with what was expected",
    router: (name: string) => `${name} in the network`,
    step: stepKind,
    stepPlace: (table: string, chain: string | null, number: number | null) =>
      [chain ? `${table} ${chain}` : `table ${table}`, number !== null && `rule ${number}`].filter(Boolean).join(" "),
    line: factLine,
  },
  notes: {
    title: "To be known",
    assumptions: "Assumed",
    refusals: "Lines of the facts that the lab refused",
    comparison: "Prediction and proof",
  },
  report: {
    title: "Report",
    open: "Show the report",
    hide: "Hide the report",
    part: "Part",
    whole: "All of it",
    summary: "Summary",
    appendix: "Appendix",
    paper: "Paper",
    papers: { a4: "A4", letter: "Letter" },
    frame: (number: number) => `Report of test ${number}`,
    waiting: "The report is drawn when the test is over.",
    pdf: "PDF",
    json: "JSON",
    csv: "CSV",
    save: "Save:",
  },
} as const;

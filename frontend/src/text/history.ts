/** Words of the history and of comparing two tests. */

import type { Job, ServiceDifference } from "../api/types";
import { counted, listed } from "./words";

const status: Record<Job["status"], string> = {
  queued: "waiting",
  running: "running",
  succeeded: "finished",
  failed: "failed",
  cancelled: "cancelled",
  expired: "out of time",
};

const aspects: Record<ServiceDifference["differs"][number], string> = {
  verdict: "verdict",
  rule: "deciding rule",
  path: "path",
  routers: "routers",
};

const asked: Record<string, string> = {
  source: "source",
  destination: "destination",
  source_port: "source port",
  gateway: "first router",
  tos: "type of service",
  ttl: "time to live",
  trace: "own trace",
};

export const text = {
  history: {
    title: "History",
    count: (count: number, hasMore: boolean) => (hasMore ? `The latest ${counted(count, "test", "tests")}` : counted(count, "test", "tests")),
    everybody: "Everybody",
    find: "Find",
    findHint: "Name, address, port …",
    status: "State",
    verdict: "A service is",
    network: "Facts",
    user: "User",
    since: "From",
    until: "To",
    any: "any",
    filters: "Filters",
    clear: "Clear the filters",
    none: {
      title: "No tests yet",
      body: "Tests that you start stand here: with what came of them, to look at, to repeat and to compare.",
      start: "Start a new test",
    },
    nothing: {
      title: "No test is like that",
      body: "None fits all of the filters.",
    },
    list: "Tests, newest first",
    name: (number: number) => `Test ${number}`,
    question: (source: string, destination: string) => `${source} → ${destination}`,
    open: (number: number, source: string, destination: string) => `${source} → ${destination}, test ${number}`,
    choose: (number: number) => `Compare test ${number}`,
    statuses: status,
    mode: { predict: "predicted", prove: "with proof" } satisfies Record<Job["mode"], string>,
    took: (time: string) => `took ${time}`,
    at: (router: string) => `at ${router}`,
    moreServices: (count: number) => `and ${count} more`,
    rerun: "Repeat",
    rerunLabel: (number: number) => `Repeat test ${number}`,
    cancel: "Cancel",
    cancelLabel: (number: number) => `Cancel test ${number}`,
    remove: "Remove",
    removeLabel: (number: number) => `Remove test ${number}`,
    removing: {
      title: (number: number) => `Remove test ${number}?`,
      body: "Its result and its report go with it, for everybody.",
      yes: "Remove the test",
    },
    compare: {
      hint: "Choose two tests to compare them.",
      one: "One test is chosen: choose another one.",
      go: "Compare the two",
      clear: "Choose none",
    },
  },
  compare: {
    title: "Compare two tests",
    none: {
      title: "Which two?",
      body: "Choose two tests in the history: this page shows what became of each service then and now, and why.",
      back: "To the history",
    },
    before: "Before",
    after: "After",
    swap: "Exchange the two",
    openTest: "Open the test",
    openLabel: (word: string) => `Open the test: ${word}`,
    sentence: (differing: number, both: number) => {
      if (both === 0) return "The two have no service in common.";
      if (differing === 0) return `Nothing differs: ${counted(both, "service is", "services are")} answered as before.`;
      if (differing === both) return both === 1 ? "The service is answered differently." : `All ${both} services are answered differently.`;
      return `${differing} of ${both} services ${differing === 1 ? "is" : "are"} answered differently.`;
    },
    once: (count: number) => `${counted(count, "service was", "services were")} asked for in one of the tests only.`,
    sameNetwork: (label: string) => `Both used the same facts, ${label}.`,
    otherNetwork: (before: string, after: string) => `The facts are others: ${before} before, ${after} after.`,
    facts: "Compare the facts",
    asked: (names: readonly string[]) => `What was asked is not the same: ${listed(names.map((name) => asked[name] ?? name))}.`,
    only: "Only what differs",
    services: "Services, before and after",
    differsIn: (aspects: readonly string[]) => `Differs: ${listed(aspects)}`,
    onlyOne: "In one test only",
    same: "The same",
    aspect: (name: ServiceDifference["differs"][number]) => aspects[name],
    moved: "number of the rule",
    absent: "not asked",
    notThere: "not on the way",
    by: { prediction: "predicted", proof: "proved" },
    back: "the answer",
    rule: (router: string, chain: string | null, number: number | null) =>
      [router, chain, number === null ? null : `rule ${number}`].filter(Boolean).join(" · "),
    routersOf: (service: string) => `Routers that act differently with ${service}`,
    details: (service: string) => `Routers and path of ${service}`,
    routers: "Routers that act differently by themselves",
    router: "Router",
    path: { forward: "Path there", back: "Path of the answer" },
    sign: { both: " ", before: "−", after: "+" },
    hop: { both: "in both", before: "only before", after: "only after" },
  },
} as const;

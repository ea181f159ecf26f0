/** A small result for tests: a service that br-gw drops, and one whose answer it rejects. */

import type { Answer, Decision, Job, Result, ResultRouter, ServiceAnswer, Summary } from "../api/types";
import type { JobView } from "./job";
import { DELIVERED, trace } from "./sample";

export function stopped(router: string, action: string): Decision {
  const text = `-A FORWARD -j ${action}`;
  return { router, table: "filter", chain: "FORWARD", number: 12, text, kind: "rule", action, comment: null, section: "iptables_save", line: 40 };
}

export function router(name: string, given: Partial<ResultRouter> = {}): ResultRouter {
  return { name, verdict: "accepted", reason: "", decided_by: null, return_verdict: null, return_reason: "", return_decided_by: null, counted: [], ...given };
}

export function answer(port: number | null, given: Partial<ServiceAnswer>): ServiceAnswer {
  return {
    port, protocol: port === null ? "icmp" : "tcp", verdict: "accepted", reachable: true, reason: "", direction: "forward", decided_by: null,
    source_port: null, forward: trace(DELIVERED), return: null, conditions: [], routers: [], ...given,
  };
}

const COUNT = { table: "filter", chain: "FORWARD", number: 12, text: "-A FORWARD -j DROP", before: 0, after: 1, line: 40 };
const DROPS = router("br-gw", { verdict: "denied_forward", decided_by: stopped("br-gw", "DROP"), counted: [COUNT] });
const REJECTS = router("br-gw", { return_verdict: "denied_forward", return_decided_by: stopped("br-gw", "REJECT") });
const SSH = answer(22, { verdict: "denied_forward", reachable: false, decided_by: stopped("br-gw", "DROP"), routers: [router("hq-gw"), DROPS] });
const PING = answer(null, { verdict: "denied_forward", reachable: false, direction: "return", decided_by: stopped("br-gw", "REJECT"), routers: [router("hq-gw"), REJECTS] });

export const PREDICTED: Answer = {
  source: "10.1.1.50", destination: "10.2.1.50", source_port: null, network: "demo@3f9c2a1b", by: "prediction", assumptions: [], refusals: [], services: [SSH, PING],
};
export const PROVED: Answer = { ...PREDICTED, by: "proof" };

const JOB: Job = {
  id: "17", number: 17, user: "eva", status: "running", phase: "test", mode: "prove", attempt: 1, network: "demo@3f9c2a1b",
  source: "10.1.1.50", destination: "10.2.1.50", services: [{ port: 22, protocol: "tcp" }, { port: null, protocol: "icmp" }],
} as unknown as Job;

export function summary({ port, protocol, verdict, reachable, decided_by, direction }: ServiceAnswer, by: Summary["by"] = "prediction"): Summary {
  return { port, protocol, verdict, reachable, decided_by, direction, sentence: `${port === null ? protocol : `${port}/${protocol}`} is blocked`, by };
}

export const RUNNING: JobView = {
  job: JOB, seq: 5, percent: 40, phase: "test", state: "progress", message: "", phases: {}, alone: {},
  services: { "22/tcp": { ...summary(SSH) }, icmp: { ...summary(PING) } },
};

export const RESULT: Result = {
  version: 1, job: "17", user: "eva", mode: "prove", attempt: 1, network: "demo@3f9c2a1b", submitted: "", started: "", ended: "",
  asked: { source: "10.1.1.50", destination: "10.2.1.50", source_port: null, services: [], gateway: null, tos: 0, ttl: 64, trace: null },
  services: [], prediction: null, proof: null, comparison: null, phases: [], notes: [],
};

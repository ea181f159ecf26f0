/** Reading a trace: its branches, the hop that decides, what tells the branches apart. */

import type { Way as Branch, Hop, Step, Topology, Trace } from "../api/types";

/** The first branch is the trace itself. */
export function branchesOf(trace: Trace): readonly Branch[] {
  return [trace, ...trace.alternatives];
}

export function branchAt(trace: Trace, position: number): Branch {
  return trace.alternatives[position - 1] ?? trace;
}

/** The hop that did not let the packet pass, else the last one that decided anything. */
export function decidingHop(branch: Branch): Hop | null {
  return (
    branch.path.find((hop) => hop.verdict !== "accepted") ??
    branch.path.findLast((hop) => hop.steps.length > 0) ??
    branch.path.at(-1) ??
    null
  );
}

/** Where the packet was at this router before, when it came here again. */
export function visitBefore(branch: Branch, hop: Hop): Hop | null {
  const place = (each: Hop) => `${each.name} ${each.incoming}`;
  const earlier = branch.path.slice(0, branch.path.indexOf(hop)).findLast((each) => place(each) === place(hop));
  return branch.verdict === "loop" ? (earlier ?? null) : null;
}

/** The routers of a loop that ends at this hop, from the first time the packet was there. */
export function ringOf(branch: Branch, hop: Hop): readonly string[] {
  const before = visitBefore(branch, hop);
  if (before === null) return [];
  return branch.path.slice(branch.path.indexOf(before), branch.path.indexOf(hop)).map((each) => each.name);
}

/** The step that ended the path before its destination: the last one that was taken. */
export function stoppingStep(branch: Branch): Step | null {
  return isDelivered(branch) ? null : (decidingHop(branch)?.steps.at(-1) ?? null);
}

export function hopNumbered(branch: Branch, number: number | null): Hop | null {
  return branch.path.find((hop) => hop.hop === number) ?? decidingHop(branch);
}

export function routersOf(branch: Branch): readonly string[] {
  return branch.path.filter((hop) => hop.is_router).map((hop) => hop.name);
}

/** The routers that forward the packet: neither the one that sends it nor the one that it is for. */
export function forwardersOf(branch: Branch): readonly string[] {
  return branch.path.filter((hop) => hop.is_router && hop.incoming !== "" && hop.outgoing !== "").map((hop) => hop.name);
}

/** The first router of this branch that not every branch passes, to tell the branches apart by name. */
export function peculiarRouter(branch: Branch, all: readonly Branch[]): string | null {
  return routersOf(branch).find((name) => !all.every((other) => routersOf(other).includes(name))) ?? null;
}

/** Whether the packet got as far as the address it was sent to. */
export function isDelivered(branch: Branch): boolean {
  return branch.verdict === "accepted";
}

/** The segment on which the packet comes to its first router, or to the host next door. */
export function entrySegment(branch: Branch, source: string, topology: Topology | null): string | null {
  const first = branch.path[0];
  if (first === undefined || topology === null) return null;
  if (!first.is_router) return topology.hosts.find((host) => host.addresses.includes(source))?.segment ?? null;
  const router = topology.routers.find((each) => each.name === first.name);
  return router?.interfaces.find((each) => each.name === first.incoming)?.segment ?? null;
}

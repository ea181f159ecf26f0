/** Words of the network: topology, routers, facts. */

import type { SectionChanges } from "../api/types";
import type { Group } from "../state/difference";
import type { Part } from "../state/router";
import type { Kind } from "../state/topology";
import { counted, plain } from "./words";

const kinds: Record<Kind, string> = { router: "router", segment: "segment" };
const segmentKinds: Record<string, string> = { shared: "shared", link: "link of two", stub: "of one router" };

const UNITS = ["B", "kB", "MB", "GB"] as const;

function bytes(count: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), UNITS.length - 1);
  const value = count / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`;
}

/** Of what a router's facts say. */
function section({ kind, family, table, name }: Pick<SectionChanges, "kind" | "family" | "table" | "name">): string {
  const version = family === null ? "" : `IPv${family} `;
  switch (kind) {
    case "router":
      return "The router itself";
    case "interfaces":
      return "Interfaces";
    case "settings":
      return "Settings";
    case "policy_rules":
      return `${version}policy rules`;
    case "routes":
      return `${version}routes of table ${name}`;
    case "policies":
      return `${version}policies of table ${table ?? ""}`;
    case "chain":
      return `${version}${table ?? ""} ${name}`;
    case "sets":
      return "Sets";
    case "set":
      return `Set ${name}`;
  }
}

export const text = {
  other: (network: string) => `These are the facts of ${network}, which are not the active ones.`,
  toActive: "Show the active ones",
  topology: {
    title: "Network",
    map: "Map",
    mapLabel: (name: string) => `Map of ${name}`,
    keys: "Arrow keys lead from node to node, Page Up and Page Down through all of them, Enter shows what one is. Plus, minus and 0 zoom.",
    mouse: "Drag to move, Ctrl and the wheel or two fingers to zoom.",
    nearer: "Zoom in",
    farther: "Zoom out",
    all: "Show all",
    download: "Save as",
    svg: "SVG",
    png: "PNG",
    node: (kind: Kind, name: string, more: string) => `${[name, more].filter((part) => part !== "").join(" ")}, ${kinds[kind]}`,
    hosts: (count: number) => counted(count, "host", "hosts"),
    routers: (count: number) => counted(count, "router", "routers"),
    search: "Find",
    searchHint: "Router, host, segment or address",
    found: (count: number) => (count === 0 ? "Nothing of this network fits." : counted(count, "place fits", "places fit")),
    more: (count: number) => `and ${count.toLocaleString("en")} more`,
    shown: (kind: Kind, name: string) => `${kinds[kind]} ${name} is shown beside the map.`,
    close: "Close",
    openRouter: "Routes, rules and sets",
    interfaces: "Interfaces",
    members: "Routers here",
    machines: "Hosts here",
    noMachines: "No host of this segment is known.",
    traceFrom: (name: string) => `Trace from here: ${name}`,
    testFrom: "Trace from here",
    down: "down",
    roles: "Roles",
    none: { title: "The network is empty", body: "No router stands in the active facts. An administrator can upload others." },
    gone: (kind: Kind, name: string) => `There is no ${kinds[kind]} ${name} in these facts.`,
    lists: {
      routers: "Routers",
      segments: "Segments",
      name: "Name",
      location: "Location",
      roles: "Roles",
      interfaces: "Interfaces",
      addresses: "Addresses",
      diagnostics: "Not understood",
      kind: "Kind",
      members: "Routers",
      hosts: "Hosts",
      onMap: "On the map",
      onMapOf: (name: string) => `On the map: ${name}`,
      kinds: (kind: string) => segmentKinds[kind] ?? kind,
    },
  },
  router: {
    title: (name: string) => name,
    parts: {
      interfaces: "Interfaces",
      routes: "Routes",
      policy: "Policy rules",
      firewall: "Firewall",
      nat: "NAT",
      sets: "Sets",
      settings: "Settings",
      diagnostics: "Not understood",
    } satisfies Record<Part, string>,
    partsLabel: "Parts of the facts",
    onMap: "On the map",
    kernel: (version: string) => `Linux ${version}`,
    search: "Search in all of it",
    searchHint: "Address, interface, chain, port, comment …",
    found: (count: number) => (count === 0 ? "Nothing of it fits." : counted(count, "line fits", "lines fit")),
    nothing: (part: string, typed: string) => `Nothing of ${part} has “${typed}”.`,
    elsewhere: "Other parts with it:",
    family: "Family",
    families: { 4: "IPv4", 6: "IPv6" },
    line: "Line",
    lineHint: "Of the file of facts",
    up: "up",
    down: "down",
    noCarrier: "no carrier",
    interfaces: { name: "Name", state: "State", addresses: "Addresses", segment: "Segment", kind: "Kind", mac: "MAC", mtu: "MTU", of: (name: string) => `of ${name}`, on: (name: string) => `on ${name}`, none: "No interface is in the facts." },
    routes: {
      table: (family: 4 | 6, name: string, id: number) => `IPv${family} table ${name}${name === String(id) ? "" : ` (${id})`}`,
      count: (count: number) => counted(count, "route", "routes"),
      cut: (shown: number, count: number) => `The first ${shown.toLocaleString("en")} of ${count.toLocaleString("en")} routes`,
      flaw: (why: string) => `There may be more of them: it ${why}.`,
      prefix: "Prefix", kind: "Kind", via: "Via", dev: "Device", metric: "Metric", protocol: "Protocol", none: "No route is in the facts.", empty: "No route.",
    },
    policy: { priority: "Priority", rule: "Rule", table: "Table", none: "No policy rule is in the facts.", of: (family: 4 | 6) => `IPv${family} policy rules` },
    firewall: {
      table: (name: string) => `Table ${name}`,
      policy: (word: string) => `policy ${word}`,
      user: "user chain",
      counted: (packets: number, bytes: number) => `${counted(packets, "packet", "packets")}, ${counted(bytes, "byte", "bytes")}`,
      calledBy: "Called by",
      uncalled: "no rule leads here",
      empty: "No rules.",
      number: "#", target: "Target", rule: "Rule", comment: "Comment", packets: "Packets", bytes: "Bytes",
      link: (chain: string, number: number) => `Link to ${chain} rule ${number}`,
      missing: (family: 4 | 6, why: string) => `The IPv${family} rules of this router are not known: ${why}.`,
      none: (family: 4 | 6) => `There are no IPv${family} rules here.`,
      goneRule: (table: string, chain: string, rule: number) => `There is no rule ${rule} in ${table} ${chain} of these facts.`,
      goneChain: (table: string, chain: string) => `There is no chain ${chain} in table ${table} of these facts.`,
      before: (count: number) => `Show ${counted(count, "row", "rows")} before`,
      after: (count: number) => `Show ${counted(count, "more row", "more rows")}`,
      chains: (table: string) => `Chains of ${table}`,
      goto: "goto",
    },
    sets: {
      name: "Name", type: "Type", entries: "Entries", options: "Options", askedBy: "Asked by",
      missing: (why: string) => `The sets of this router are not known: ${why}.`,
      none: "There are no sets.",
      unasked: "no rule",
      of: (name: string) => `Entries of ${name}`,
      search: "Search in the entries",
      found: (found: number, count: number) => (found === count ? counted(count, "entry", "entries") : `${found.toLocaleString("en")} of ${counted(count, "entry", "entries")}`),
      shown: (from: number, to: number) => `${from.toLocaleString("en")} to ${to.toLocaleString("en")}`,
      earlier: "Earlier", later: "Later",
      empty: "It has no entries.", nothing: "No entry fits.",
      close: "Close",
      gone: (name: string) => `There is no set ${name} in these facts.`,
    },
    settings: { name: "Name", value: "Value", none: "No setting of the kernel is in the facts." },
    diagnostics: { section: "Section", text: "Text", expected: "What was expected", none: "All of it was understood.", caption: "Lines that were not understood" },
    rule: (family: 4 | 6, table: string, chain: string, number: number) => `${family === 6 ? "IPv6 " : ""}${table} ${chain} ${number}`,
  },
  facts: {
    title: "Facts",
    about: "What was collected on the routers, as it was at one time. New tests and traces are answered from the active facts; tests that run go on with theirs.",
    forAdmins: "Only administrators may upload, activate, download and remove facts. You can look at all of them and compare them.",
    file: "File",
    caption: "Kept facts",
    label: "Name",
    active: "active",
    from: "From",
    origin: (origin: string) => (origin === "directory" ? "directory" : origin === "upload" ? "upload" : plain(origin)),
    by: (origin: string, who: string) => `${origin} by ${who}`,
    age: "Kept since",
    size: "Size",
    hash: "Hash",
    copyHash: (label: string) => `Copy the hash of ${label}`,
    routers: "Routers",
    diagnostics: "Not understood",
    actions: "Actions",
    bytes,
    all: "all of it understood",
    lines: (count: number) => counted(count, "line", "lines"),
    linesOf: (label: string, count: number) => `${counted(count, "line", "lines")} of ${label} not understood`,
    activate: "Activate",
    activateOf: (label: string) => `Activate ${label}`,
    remove: "Remove",
    removeOf: (label: string) => `Remove ${label}`,
    download: "Download",
    downloadOf: (label: string) => `Download ${label}`,
    changes: "Changes",
    changesOf: (label: string) => `Changes from the active facts to ${label}`,
    reload: "Read the directory again",
    reloading: "Reading …",
    none: { title: "No facts are kept", body: "Upload some, or let the server read its directory." },
    said: {
      reloaded: (label: string, isNew: boolean) => (isNew ? `${label} has been read and is active.` : `The directory still holds ${label}; nothing has changed.`),
      activated: (label: string) => `${label} is active now.`,
      removed: (label: string) => `${label} has been removed.`,
      kept: (label: string) => `${label} is kept.`,
    },
    confirm: {
      activate: (label: string) => `Activate ${label}?`,
      activateBody: (before: string) => `New tests and traces are answered from it then. Tests that run go on with ${before}, which stays kept and can be activated again.`,
      look: "See first what changes",
      remove: (label: string) => `Remove ${label}?`,
      removeBody: "It cannot be brought back. Results of tests stay, but the facts that they are about are gone.",
    },
    notUnderstood: (label: string) => `Not understood in ${label}`,
    filter: "Router, section or text",
    upload: {
      title: "Upload facts",
      drop: "Drop an archive or files of facts here, or",
      choose: "choose files",
      hint: "An archive (.tar.gz, .tgz, .zip, .tar.xz) or the files …_facts.txt, with hosts.toml where there is one.",
      name: "Name of the network",
      nameHint: "As the archive is called, where nothing is said.",
      files: "To be sent",
      drop1: (name: string) => `Leave out ${name}`,
      total: (count: number, size: string) => `${counted(count, "file", "files")}, ${size}`,
      check: "Check",
      keep: "Keep",
      activate: "Keep and activate",
      cancel: "Cancel",
      sending: (percent: number) => `Sending: ${percent}%`,
      reading: "The server reads it …",
      progress: "Sent",
      checked: (name: string, routers: number) => `It can be read: ${name}, ${counted(routers, "router", "routers")}. Nothing has been kept yet.`,
      kept: (label: string, routers: number) => `${label} is kept: ${counted(routers, "router", "routers")}.`,
      clean: "Every line was understood.",
      notUnderstood: (count: number) => `${counted(count, "line", "lines")} could not be understood.`,
      ignored: (count: number) => `${counted(count, "file was", "files were")} passed by:`,
      more: (count: number) => `and ${count.toLocaleString("en")} more`,
    },
    difference: {
      title: "What changes",
      before: "From",
      after: "To",
      swap: "Turn round",
      nobody: "There is nothing to compare yet: keep other facts first.",
      choose: "Choose …",
      same: "Both say the same of every router.",
      summary: (routers: number, same: number) => `${counted(routers, "router differs", "routers differ")}, ${same.toLocaleString("en")} ${same === 1 ? "is" : "are"} the same.`,
      addedRouters: "Only there afterwards:",
      removedRouters: "Only there before:",
      cut: (count: number) => `${counted(count, "more line differs", "more lines differ")}: too many to be shown.`,
      search: "Find in the changes",
      searchHint: "Router, chain, address …",
      group: "What",
      groups: { all: "Everything", interfaces: "Interfaces", routes: "Routes and policy rules", firewall: "Firewall and NAT", sets: "Sets", others: "Settings and others" } satisfies Record<Group, string>,
      nothing: "No change fits.",
      lines: (removed: number, added: number) => `${counted(added, "line added", "lines added")}, ${removed.toLocaleString("en")} removed`,
      line: { added: "added", removed: "removed" },
      more: (count: number) => `${counted(count, "more line", "more lines")} here`,
      whole: { added: "new", removed: "gone", changed: "" },
      open: (name: string) => `${name}, as a whole`,
      toNew: "Read it",
      section,
    },
  },
} as const;

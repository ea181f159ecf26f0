/** Words of the network: topology, routers, facts. */

import type { Kind } from "../state/topology";
import { counted } from "./words";

const kinds: Record<Kind, string> = { router: "router", segment: "segment" };
const segmentKinds: Record<string, string> = { shared: "shared", link: "link of two", stub: "of one router" };

export const text = {
  other: (network: string) => `These are the facts of ${network}, which are not the active ones.`,
  toActive: "Show the active ones",
  topology: {
    title: "Network",
    map: "Map",
    mapLabel: (name: string) => `Map of ${name}`,
    keys: "Arrow keys lead from node to node, Page Up and Page Down through all of them, Enter shows what one is. Plus, minus and 0 zoom.",
    mouse: "Drag to move, Ctrl and the wheel to zoom.",
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
  router: { title: (name: string) => name },
  facts: { title: "Facts" },
} as const;

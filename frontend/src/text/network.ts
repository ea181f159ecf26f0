/** Words of the network: topology, routers, facts. */

export const text = {
  topology: { title: "Network" },
  router: { title: (name: string) => name },
  facts: { title: "Facts" },
} as const;

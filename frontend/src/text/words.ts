/** How words are put together, whatever they say. */

export function plain(word: string): string {
  return word.replaceAll("_", " ");
}

export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Names, such as those of files, begin as they are written. */
export function asSentence(said: string): string {
  const begun = /^[a-z]+([\s,:]|$)/.test(said) ? said.charAt(0).toUpperCase() + said.slice(1) : said;
  return begun === "" || /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))}%`;
}

const steps: Record<string, string> = {
  local: "Local",
  policy_rule: "Policy rule",
  route: "Route",
  multipath: "Multipath",
  rp_filter: "Reverse-path filter",
  forwarding: "Forwarding",
  ttl: "TTL",
  neighbor: "Neighbour",
  internet: "Internet",
  assumption: "Assumption",
  rule: "Rule",
  chain_policy: "Chain policy",
  translation: "Translation",
  mark: "Mark",
};

/** What a step of a packet at a router is. */
export function stepKind(kind: string): string {
  return steps[kind] ?? plain(kind);
}

/** The line of the facts, without the tabs and continued lines of `ip -o`. */
export function factLine(words: string): string {
  return words.replace(/[\\\s]+/g, " ").trim();
}

/** `iptables_save:12` */
export function factPlace(section: string, line: number | null): string {
  return line === null ? section : `${section}:${line}`;
}

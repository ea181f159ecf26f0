/** Services to choose from, by group, as somebody searches them. */

import type { Choice, Choices } from "../api/types";

export interface Found {
  readonly title: string;
  /** Of the whole group; empty for those of no group, and while only some of it are shown. */
  readonly ports: string;
  readonly services: readonly Choice[];
}

/** Every word must stand in the title, the name, the ports, the description or the group. */
export function found({ services, groups }: Choices, typed: string, others = ""): readonly Found[] {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const titles = new Map(groups.map((group) => [group.name, group.title]));
  const fits = ({ name, title, ports, description, group }: Choice) => {
    const all = `${name} ${title} ${ports} ${description} ${titles.get(group ?? "") ?? ""}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const grouped = groups.map(({ name, title, ports }) => {
    const all = services.filter((service) => service.group === name);
    const shown = all.filter(fits);
    return { title, ports: shown.length === all.length ? ports : "", services: shown };
  });
  const alone = { title: others, ports: "", services: services.filter((service) => service.group === null && fits(service)) };
  return [...grouped, alone].filter(({ services: each }) => each.length > 0);
}

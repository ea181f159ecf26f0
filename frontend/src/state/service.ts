/** Services as people write them, and the text in which a person lists them. */

interface Named {
  readonly port: number | null;
  readonly protocol: string;
}

/** `443/tcp`, `icmp` */
export function nameOf({ port, protocol }: Named): string {
  return port === null ? protocol : `${port}/${protocol}`;
}

/** Pieces of a list such as `22/tcp, 80; 443/tcp`, as the server parts them (backend/wire/services.py). */
export function piecesOf(list: string): readonly string[] {
  return list.split(/[\s,;]+/).filter((piece) => piece !== "");
}

/** Whether all of these are in the list already. */
export function hasAll(list: string, ports: string): boolean {
  const known = new Set(piecesOf(list));
  const asked = piecesOf(ports);
  return asked.length > 0 && asked.every((piece) => known.has(piece));
}

/** The list with these, or without them where all of them are in it. */
export function toggled(list: string, ports: string): string {
  const [known, asked] = [piecesOf(list), piecesOf(ports)];
  const kept = hasAll(list, ports) ? known.filter((piece) => !asked.includes(piece)) : [...known, ...asked];
  return [...new Set(kept)].join(",");
}

/** Where the application lives. The server writes into each page how far up that is, since it may be under any sub-path. */

const NAME = "base";

function found(): string {
  const meta = document.querySelector<HTMLMetaElement>(`meta[name="${NAME}"]`);
  return new URL(meta?.content ?? "./", location.href).pathname;
}

let known: string | null = null;

/** Begins and ends with a slash. Said once, while the address is still the one that the page was loaded from. */
export function base(): string {
  known ??= found();
  return known;
}

/** The address of something of the server: `api/v1/jobs`, `/api/v1/jobs`. */
export function addressOf(path: string): string {
  return base() + path.replace(/^\//, "");
}

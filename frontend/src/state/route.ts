/** The addresses of the application: one table from address to page. Below the base, and without it. */

export type PageName =
  | "newTest" | "job" | "history" | "compare" | "topology" | "router" | "facts" | "trace" | "admin" | "account" | "help";

/** The server answers the same ones with the page (backend/web/pages.py). */
export const ROUTES: Readonly<Record<PageName, string>> = {
  newTest: "/",
  job: "/jobs/{job}",
  history: "/jobs",
  compare: "/compare",
  topology: "/network",
  router: "/network/routers/{router}",
  facts: "/facts",
  trace: "/trace",
  admin: "/admin/{part}",
  account: "/account",
  help: "/help",
};

export const ADMIN_PARTS = ["queue", "users", "sessions", "cleanup", "health", "audit"] as const;
export type AdminPart = (typeof ADMIN_PARTS)[number];

export type Query = Readonly<Record<string, string>>;

/** What each page is given of its address. */
export interface PageProps {
  /** The parts of the path that have names: `parts.job` of /jobs/{job}. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: Query;
}

export interface Route extends PageProps {
  readonly page: PageName | null;
}

/** `/admin` alone is its first part. */
const OTHERS: Readonly<Record<string, string>> = { "/admin": `/admin/${ADMIN_PARTS[0]}` };

const PATTERNS = Object.entries(ROUTES).map(([page, path]) => ({
  page: page as PageName,
  pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}/?$`),
}));

/** Of `/jobs/17?service=443/tcp`, as it stands below the base. */
export function routeOf(address: string): Route {
  const [given = "/", search = ""] = (address.split("#", 1)[0] ?? "").split("?", 2);
  const path = OTHERS[given.replace(/(.)\/$/, "$1")] ?? given;
  const query = Object.fromEntries(new URLSearchParams(search));
  for (const { page, pattern } of PATTERNS) {
    const match = pattern.exec(path);
    if (match) return isAdmin(page, match.groups) ? { page, parts: decoded(match.groups ?? {}), query } : { page: null, parts: {}, query };
  }
  return { page: null, parts: {}, query };
}

/** `pathTo("job", { job: "17" }, { service: "443/tcp" })`; empty values are left out of the query. */
export function pathTo(page: PageName, parts: Readonly<Record<string, string>> = {}, query: Readonly<Record<string, string | null | undefined>> = {}): string {
  const path = ROUTES[page].replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ""));
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) said.set(name, value);
  // Colons and slashes are allowed in a query (RFC 3986, 3.4) and keep an address or a service readable.
  const text = said.toString().replaceAll("%3A", ":").replaceAll("%2F", "/");
  return text === "" ? path : `${path}?${text}`;
}

function isAdmin(page: PageName, parts: Readonly<Record<string, string>> | undefined): boolean {
  return page !== "admin" || (ADMIN_PARTS as readonly string[]).includes(parts?.["part"] ?? "");
}

function decoded(parts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, decode(value)]));
}

/** A percent sign that means nothing stands for itself. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Words of administration. */

import type { Job, Stats, User } from "../api/types";
import type { AdminPart } from "../state/route";
import { text as parts } from "./parts";
import { counted } from "./words";

interface CheckWords {
  readonly title: string;
  readonly about: string;
  /** How to put it right. */
  readonly mend: string;
}

const CHECKS: Readonly<Record<string, CheckWords>> = {
  engine: { title: "Engine", about: "The process that answers, keeps and tests.", mend: "Start it again: systemctl restart tsim-engine. Its log says why it went: journalctl -u tsim-engine." },
  store: { title: "Store", about: "The database of users, tests and facts.", mend: "See that the disk has room and belongs to tsim; with PostgreSQL, that the server runs and TSIM_DATABASE names it." },
  network: { title: "Facts", about: "The network that is asked can be read.", mend: "Look at the facts for what cannot be understood, or activate older ones." },
  audit: { title: "Audit", about: "Who did what is being written down.", mend: "It waits for the store: mend that first." },
  auth: { title: "Passwords of the machine", about: "The process that asks the machine about passwords.", mend: "Start it again: systemctl restart tsim-auth." },
  modules: { title: "Python packages", about: "All that the web needs is installed.", mend: "Install what is missing: pip install -r requirements.txt, or deploy/install.sh again." },
  page: { title: "This page", about: "Its files are there for the next visitor.", mend: "Build it with npm run build in frontend/, or point TSIM_PAGE at the built page." },
  disk: { title: "Disk", about: "There is room where tests are kept.", mend: "Free some, keep less (TSIM_KEEP_HOURS, TSIM_KEEP_MB, Clean-up), or move TSIM_STATE." },
  memory: { title: "Memory", about: "The machine has some left.", mend: "End what else runs there, or test less at once (TSIM_JOBS_AT_ONCE)." },
};

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** `315.8 kB` */
function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  return `${(count / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power] ?? ""}`;
}

/** `3 days 4 h`, `2 h 5 min`, `40 s` */
function span(seconds: number): string {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${counted(days, "day", "days")} ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

const roles = { user: "user", admin: "administrator", group: "as the machine's groups say" };

export const text = {
  title: "Administration",
  bytes,
  parts: {
    queue: "Queue",
    users: "Users",
    sessions: "Sessions",
    cleanup: "Clean-up",
    health: "Health",
    audit: "Audit",
  } satisfies Record<AdminPart, string>,
  others: {
    title: "This is for administrators",
    body: (name: string) => `${name} is none. Whoever looks after this server can see it, and can make you one.`,
    back: "To your tests",
  },
  queue: {
    running: "Running",
    waiting: "Waiting",
    leaving: "Being ended",
    forEach: "May wait for one person",
    of: (count: number, most: number) => `${count.toLocaleString("en")} of ${most.toLocaleString("en")}`,
    noneRuns: "Nothing runs.",
    noneWaits: "Nobody waits.",
    test: "Test",
    number: (number: number) => `Test ${number}`,
    user: "User",
    question: "From and to",
    ends: (source: string, destination: string) => `${source} → ${destination}`,
    services: "Services",
    phase: "Phase",
    since: "Since",
    position: "Place",
    priority: "Priority",
    starts: "Expected",
    startsIn: (seconds: number) => (seconds < 1 ? "now" : `in ${parts.took(seconds)}`),
    actions: "Actions",
    cancelLabel: (number: number) => `Cancel test ${number}`,
    priorities: { high: "high", normal: "normal", low: "low" } satisfies Record<Job["priority"], string>,
    phases: {
      queued: "waiting", predict: "prediction", build: "building", services: "starting services", test: "testing",
      analyze: "analysis", report: "report", done: "done",
    } satisfies Record<Job["phase"], string>,
  },
  users: {
    add: "New user",
    name: "Name",
    role: "Role",
    roles,
    roleOf: ({ role, origin, has_own_role: hasOwn }: User) => (origin === "pam" && !hasOwn ? `${roles[role]} (by group)` : roles[role]),
    origin: "Password",
    origins: { local: "kept here", pam: "the machine's" } satisfies Record<User["origin"], string>,
    state: "State",
    active: "may sign in",
    locked: "disabled",
    signedIn: "Last sign-in",
    never: "never",
    created: "Since",
    actions: "Actions",
    change: "Change",
    changeLabel: (name: string) => `Change ${name}`,
    you: "you",
    own: "Account",
    password: "Password",
    passwordHint: "At least 8 characters.",
    newPassword: "New password",
    setPassword: "Set the password",
    title: (name: string) => `User ${name}`,
    lock: "Disable",
    unlock: "Enable",
    lockHint: "Who is disabled cannot sign in, and all sessions and tokens are refused at once.",
    lockedHint: "This user is disabled: sessions and tokens are refused.",
    sessions: "Sessions",
    audit: "Audit",
    remove: "Remove",
    removing: {
      title: (name: string) => `Remove the user ${name}?`,
      body: "Sessions and tokens go too. Tests stay, and can be seen by administrators.",
      yes: "Remove the user",
    },
    done: {
      role: "The role is changed.",
      password: "The password is set; all sessions have ended.",
      locked: "The user is disabled.",
      unlocked: "The user may sign in again.",
    },
  },
  sessions: {
    title: "Who is signed in",
    user: "User",
    everybody: "Everybody",
    endAll: (name: string) => `End all sessions of ${name}`,
    endOthers: "End your other sessions",
  },
  cleanup: {
    about: "Removed by itself every hour: what is older than it may be, and the oldest where there is too much. You may do it now.",
    due: "May go now",
    removed: "Has gone",
    kind: "What",
    names: {
      jobs_removed: "Tests",
      reports_removed: "Reports",
      networks_removed: "Facts that nothing uses",
      sessions_removed: "Sessions that have ended",
      audit_removed: "Entries of the audit",
      bytes_freed: "Room",
    } satisfies Record<keyof Stats, string>,
    run: "Remove it now",
    busy: "Removing …",
    done: (isNothing: boolean) => (isNothing ? "There was nothing to remove." : "Removed."),
  },
  health: {
    every: (seconds: number) => `Looked at again every ${seconds} s`,
    well: "All is well",
    wrong: (count: number) => counted(count, "thing is wrong", "things are wrong"),
    ok: "well",
    failed: "wrong",
    mend: "To mend it:",
    checkOf: (name: string): CheckWords => CHECKS[name] ?? { title: name, about: "", mend: "" },
    span,
    uptime: "since the engine began",
    memory: "memory of the engine",
    running: "tests run",
    waiting: "tests wait",
    connections: "connections to the engine",
    network: "is asked",
  },
  audit: {
    who: "Who",
    whoHint: "Name",
    what: "What",
    object: "To what",
    objectHint: "Name or id, as it stands below",
    since: "From",
    until: "To",
    any: "anything",
    time: "When",
    address: "From where",
    outcome: "Outcome",
    done: "done",
    list: "Who did what, newest first",
    none: "Nothing is like that.",
  },
} as const;

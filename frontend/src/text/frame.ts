/** Words of the frame: navigation, sign-in, connection, errors. */

import type { PageName } from "../state/route";
import { counted } from "./words";

const pages: Record<PageName, string> = {
  newTest: "New test",
  job: "Test",
  history: "History",
  compare: "Compare",
  topology: "Network",
  router: "Router",
  facts: "Facts",
  trace: "Trace",
  admin: "Administration",
  account: "Account",
  help: "Help",
};

export const text = {
  product: "tsim",
  claim: "Can this host reach that service, by which path, and who decides?",
  connecting: "Connecting …",
  pages,
  skip: "Skip to the page",
  navigation: "Pages",
  menu: "Menu",
  signOut: "Sign out",
  you: (name: string) => `Signed in as ${name}`,
  theme: {
    system: "Colours: as the system",
    light: "Colours: light",
    dark: "Colours: dark",
  },
  network: {
    label: "Network",
    name: (name: string, hash: string) => `${name}@${hash.slice(0, 8)}`,
    routers: (count: number) => counted(count, "router", "routers"),
    diagnostics: (count: number) => counted(count, "diagnostic", "diagnostics"),
    diagnosticsHint: "Lines of the facts that could not be understood",
  },
  connection: {
    lost: "The connection is lost. Trying again …",
    mended: "The connection is back.",
  },
  signIn: {
    title: "Sign in",
    username: "User name",
    password: "Password",
    submit: "Sign in",
    busy: "Signing in …",
    wait: (seconds: number) => `Wait ${seconds} s`,
    ended: "Your session has ended. Sign in to go on where you were.",
    show: "Show",
    hide: "Hide",
    showLabel: "Show password",
    wrong: "User name or password is wrong",
  },
  notFound: {
    title: "There is no such page",
    body: (address: string) => `Nothing is at ${address}. It may have been removed, or the address is not complete.`,
    back: "Start a new test",
  },
  broken: {
    title: "This page broke",
    body: "That is an error of the program. Reload the page; if it happens again, tell your administrator what you did.",
    reload: "Reload",
  },
  outdated: {
    title: "There is a newer version of this page",
    body: "Reload to go on with it.",
  },
} as const;

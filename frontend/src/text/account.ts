/** Words of the account: tokens, sessions, password. */

import type { Me } from "../api/types";
import type { Scope, Span } from "../state/account";

const reaches: Record<Scope, { readonly title: string; readonly about: string }> = {
  read: { title: "look", about: "see the network, trace paths, see your own tests" },
  test: { title: "test", about: "also start, cancel and remove tests" },
  admin: { title: "all you may do", about: "also change your account, and administration if you are an administrator" },
};

const spans: Record<Span, string> = {
  30: "in 30 days",
  90: "in 90 days",
  365: "in a year",
  "": "never",
  day: "after a day …",
};

export const text = {
  title: "Account",
  role: { user: "user", admin: "administrator" } satisfies Record<Me["role"], string>,
  signedIn: (name: string, role: string) => `Signed in as ${name} (${role}).`,
  origin: {
    local: "The account is kept here, with its password.",
    pam: "The account and its password are those of the machine on which this runs: the password is changed there, with passwd.",
  } satisfies Record<Me["origin"], string>,
  tokens: {
    title: "Tokens",
    about: "Programs sign in with a token: the shell, scripts, other services. Give each its own, so that one can be taken away.",
    create: "New token",
    none: "There is no token yet.",
    name: "Name",
    nameHint: "What it is for, such as: nightly check",
    reach: "May",
    reaches,
    spans,
    expires: "Ends",
    lastDay: "Last day",
    created: "Made",
    used: "Last used",
    never: "never",
    endless: "never",
    over: "has ended",
    actions: "Actions",
    remove: "Remove",
    removeLabel: (name: string) => `Remove token ${name}`,
    removing: {
      title: (name: string) => `Remove the token ${name}?`,
      body: "Whatever uses it is refused from now on.",
      yes: "Remove the token",
    },
    made: {
      title: (name: string) => `Token ${name}`,
      once: "Copy it now: it is shown this once only.",
      copy: "Copy the token",
      use: "Programs send it with each request:",
      exampleLabel: "Example of a request",
      example: (address: string) => `curl -H "Authorization: Bearer $TOKEN" \\\n  ${address}`,
      done: "I have it",
    },
  },
  sessions: {
    title: "Where you are signed in",
    endOthers: (count: number) => (count === 1 ? "End the other session" : `End the ${count} other sessions`),
    everywhere: "Sign out everywhere",
    leaving: {
      title: "Sign out everywhere?",
      body: "All of your sessions end, in this browser and in all others. Your tokens stay.",
    },
  },
  password: {
    title: "Password",
    old: "Password until now",
    next: "New password",
    hint: "At least 8 characters; long matters more than odd.",
    again: "New password again",
    other: "This is not the same as above.",
    change: "Change the password",
    done: "The password is changed. Your other sessions have ended.",
  },
} as const;

/** Words of the account: tokens, sessions, password. */

export const text = {
  title: "Account",
  signedIn: (name: string, role: string) => `Signed in as ${name} (${role})`,
} as const;

/** Words of administration. */

import type { AdminPart } from "../state/route";

export const text = {
  title: "Administration",
  parts: {
    queue: "Queue",
    users: "Users",
    sessions: "Sessions",
    cleanup: "Clean-up",
    health: "Health",
    audit: "Audit",
  } satisfies Record<AdminPart, string>,
} as const;

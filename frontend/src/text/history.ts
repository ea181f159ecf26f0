/** Words of the history and of comparing two tests. */

export const text = {
  history: { title: "History" },
  compare: { title: "Compare two tests" },
} as const;

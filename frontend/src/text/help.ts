/** Words of the help. */

export const text = {
  title: "Help",
  docs: "The REST interface",
  docsHint: "Everything that this page does can be done by programs: all addresses with what they take and give.",
} as const;

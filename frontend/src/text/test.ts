/** Words of a new test and of a test that runs or has ended. */

export const text = {
  newTest: { title: "New test" },
  job: { title: (number: string) => `Test ${number}` },
} as const;

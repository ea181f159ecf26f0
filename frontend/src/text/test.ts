/** Words of a new test and of a test that runs or has ended. */

export const text = {
  newTest: { title: "New test" },
  job: {
    title: (number: number | null) => (number === null ? "Test" : `Test ${number}`),
    state: (status: string, percent: number, message: string) => `${status}, ${percent}%: ${message}`,
  },
} as const;

/** What a browser says that it is, in words. */

const BROWSERS = [[/\bEdg\//, "Edge"], [/\bOPR\//, "Opera"], [/\bFirefox\//, "Firefox"], [/\bHeadlessChrome\//, "Chromium"], [/\bChrom(e|ium)\//, "Chrome"], [/\bSafari\//, "Safari"]] as const;
const SYSTEMS = [[/\bAndroid\b/, "Android"], [/\b(iPhone|iPad)\b/, "iOS"], [/\bWindows\b/, "Windows"], [/\bMac OS X\b/, "macOS"], [/\bCrOS\b/, "ChromeOS"], [/\bLinux\b/, "Linux"]] as const;
const LONGEST = 60;

/** `Firefox on Linux`; what is no browser is said as it says it itself. Chromium's relatives all say that they are Chrome too. */
export function deviceOf(agent: string | null): string | null {
  if (agent === null || agent.trim() === "") return null;
  const browser = BROWSERS.find(([pattern]) => pattern.test(agent))?.[1];
  if (!browser) return agent.length > LONGEST ? `${agent.slice(0, LONGEST)}…` : agent;
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  return system ? `${browser} on ${system}` : browser;
}

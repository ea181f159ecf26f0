import { expect, test } from "vitest";
import { deviceOf } from "./agent";

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on Windows"],
  ["Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome on Android"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iOS"],
  ["curl/8.5.0", "curl/8.5.0"],
  ["Mozilla/5.0 Firefox/1", "Firefox"],
])("%s", (agent, device) => {
  expect(deviceOf(agent)).toBe(device);
});

test("nothing is nothing, and too much is cut", () => {
  expect(deviceOf(null)).toBeNull();
  expect(deviceOf(" ")).toBeNull();
  expect(deviceOf("x".repeat(200))).toBe(`${"x".repeat(60)}…`);
});

import { expect, test } from "vitest";
import type { Network } from "../api/types";
import { NO_UPLOAD, answered, failed, inOrder, named, pairOf, percentOf, progressed, readOf, sending, sizeOf, withFiles, without } from "./facts";

const file = (name: string, size: number) => new File(["x".repeat(size)], name);
const kept = (label: string, created: string, is_active = false): Network =>
  ({ label, name: label, hash: label, created, created_by: null, origin: "upload", bytes: 1, routers: 1, diagnostics: 0, is_active });

test("a file that is chosen again takes the place of the one before", () => {
  const [a, b, newer] = [file("a_facts.txt", 3), file("b_facts.txt", 4), file("a_facts.txt", 9)];
  const upload = withFiles(withFiles(NO_UPLOAD, [a, b]), [newer]);
  expect(upload.files).toEqual([b, newer]);
  expect(sizeOf(upload.files)).toBe(13);
  expect(without(upload, b).files).toEqual([newer]);
});

test("other files or another name make what was said before void", () => {
  const read = readOf({ network: { name: "n", routers: 1, diagnostics: 0 }, ignored: [], diagnostics: [] });
  const checked = answered(withFiles(NO_UPLOAD, [file("a.zip", 1)]), read);
  expect(checked.step.state).toBe("read");
  expect(withFiles(checked, [file("b.zip", 1)]).step.state).toBe("idle");
  expect(named(checked, "other").step.state).toBe("idle");
  expect(failed(checked, { kind: "network" }).step.state).toBe("failed");
});

test("progress is told while it is sent; what comes late changes nothing", () => {
  const upload = sending(withFiles(NO_UPLOAD, [file("a.zip", 200)]), "keep");
  expect(upload.step).toEqual({ state: "sending", aim: "keep", sent: 0, total: 200 });
  expect(progressed(upload, 50, 210).step).toMatchObject({ sent: 50, total: 210 });
  expect(progressed(NO_UPLOAD, 50, 210)).toBe(NO_UPLOAD);
  expect([percentOf(50, 200), percentOf(200, 200), percentOf(0, 0)]).toEqual([25, null, null]);
});

test("what was kept has a label, what was only checked has none", () => {
  const said = { ignored: ["README"], diagnostics: [{ file: "a" }] };
  expect(readOf({ network: { name: "n", routers: 2, diagnostics: 7 }, ...said })).toMatchObject({ label: null, count: 7, ignored: ["README"] });
  expect(readOf({ network: kept("n@1", "2026"), ...said }).label).toBe("n@1");
});

test("the newest stand first, and the active one is compared with the newest of the others", () => {
  const networks = [kept("a@1", "2026-01-01"), kept("b@2", "2026-01-03", true), kept("c@3", "2026-01-02")];
  expect(inOrder(networks).map((each) => each.label)).toEqual(["b@2", "c@3", "a@1"]);
  expect(pairOf(networks)).toEqual(["b@2", "c@3"]);
  expect(pairOf([kept("a@1", "2026", true)])).toEqual(["a@1", ""]);
});

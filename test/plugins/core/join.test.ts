import { describe, expect, test } from "vitest";
import type { ChildView, Fork, JsonObject } from "../../../engine/plugin-api.ts";
import { contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import join from "../../../plugins/core/nodes/join.ts";

const fork: Fork = {
  step: "run_1:split:1",
  started: ["a", "b", "c"],
  empty: [],
  at: "2026-11-21T14:59:00.000Z",
};

function child(branch: string, status: ChildView["status"] = "succeeded", steps = {}): ChildView {
  const error = status === "failed" ? { code: "VENDOR_REFUSED", message: "no" } : null;
  return { runId: `run_${branch}`, branch, status, outcome: "x", output: { branch }, error, steps };
}

function joined(params: JsonObject, ended: ChildView[], of: Fork | null = fork) {
  return runNode(join, params, { data: contextData({ fork: of, ended }) });
}

describe("all", () => {
  test("sleeps until every branch is over", async () => {
    expect(await joined({}, [child("a"), child("b", "failed")])).toEqual({
      kind: "children",
      start: [],
      of: fork.step,
      seen: 2,
      until: "2026-11-22T14:59:00.000Z",
    });
    expect(
      await joined(
        {},
        ["a", "b", "c"].map((name) => child(name)),
      ),
    ).toMatchObject({
      kind: "next",
      port: "done",
      output: { succeeded: 3, failed: 0, branches: { a: { status: "succeeded", output: { branch: "a" } } } },
    });
  });

  test("a failed branch is an error, unless failures are ignored", async () => {
    const ended = [child("a"), child("b", "failed"), child("c", "cancelled")];
    await expect(joined({}, ended)).rejects.toMatchObject({ code: "BRANCH_FAILED" });
    expect(await joined({ failures: "ignore" }, ended)).toMatchObject({
      port: "done",
      output: { failed: 2 },
    });
  });
});

describe("any and count", () => {
  test("as soon as enough have succeeded", async () => {
    expect(await joined({ mode: "any" }, [child("b")])).toMatchObject({
      port: "done",
      output: { succeeded: 1 },
    });
    expect(await joined({ mode: "count", count: 2 }, [child("b")])).toMatchObject({ kind: "children" });
    expect(await joined({ mode: "count", count: 2 }, [child("b"), child("c")])).toMatchObject({
      port: "done",
    });
  });

  test("an error as soon as that is impossible; more than there are means all", async () => {
    const lost = [child("a", "failed"), child("b", "failed")];
    await expect(joined({ mode: "count", count: 2 }, lost)).rejects.toMatchObject({ code: "BRANCH_FAILED" });
    const all = ["a", "b", "c"].map((name) => child(name));
    expect(await joined({ mode: "count", count: 9 }, all)).toMatchObject({ port: "done" });
  });

  test("a branch with nothing in it has succeeded", async () => {
    expect(await joined({ mode: "any" }, [], { ...fork, empty: ["d"] })).toMatchObject({
      port: "done",
      output: { branches: { d: { status: "succeeded" }, a: { status: "open" } } },
    });
  });
});

test("its time counts from the moment the branches began", async () => {
  expect(await joined({ timeoutSeconds: 60 }, [child("a")])).toMatchObject({
    port: "timeout",
    output: { branches: { b: { status: "open" } } },
  });
});

test("what the branches' steps gave can be read afterwards, as far as it fits", async () => {
  const large = { big: { text: "A".repeat(300 * 1024) } };
  const ended = [child("a", "succeeded", { send: { ok: true } }), child("b", "succeeded", large), child("c")];
  expect(await joined({}, ended)).toMatchObject({ set: { steps: { send: { ok: true } } } });
  const result = await joined({}, ended);
  expect(JSON.stringify(result)).not.toContain("AAAA");
});

test("without branches under way it lets pass", async () => {
  expect(await joined({}, [], null)).toMatchObject({ port: "done", output: { branches: {} } });
});

import { describe, expect, test } from "vitest";
import type { Applied } from "../../../engine/core/advance.ts";
import type { NodeResult, RunState } from "../../../engine/core/run.ts";
import { journalLine, MAX_LINE_BYTES } from "../../../engine/runtime/journal-line.ts";
import { limitState, MAX_STATE_BYTES } from "../../../engine/runtime/state-limit.ts";
import { leftEvent, STATE } from "../../support/commit-item.ts";

const unlimited = { take: () => true };

describe("[R6] a line of the journal", () => {
  test("keeps an output up to 32 KiB as it is", () => {
    const output = { text: "a".repeat(MAX_LINE_BYTES - '{"text":""}'.length) };
    const event = { ...leftEvent("a"), output };
    expect(journalLine(unlimited, "ten_a", event)).toBe(event);
  });

  test("keeps the beginning of a larger one, and says how large it was", () => {
    const output = { text: "a".repeat(MAX_LINE_BYTES) };
    const line = journalLine(unlimited, "ten_a", { ...leftEvent("a"), output });
    expect(line).toEqual({
      ...leftEvent("a"),
      output: {
        $head: JSON.stringify(output).slice(0, 8 * 1024),
        $omitted: { bytes: MAX_LINE_BYTES + 11, why: "size" },
      },
    });
  });

  test("does not cut a character in two", () => {
    const output = { [`${"a".repeat(8 * 1024 - 3)}😀`]: "b".repeat(MAX_LINE_BYTES) };
    const line = journalLine(unlimited, "ten_a", { ...leftEvent("a"), output });
    expect(line.output?.$head).toBe(`{"${"a".repeat(8 * 1024 - 3)}`);
  });

  test("[R5] past the budget keeps what happened, and the size of what it gave", () => {
    const asked: [string, number][] = [];
    const take = (tenant: string, bytes: number) => asked.push([tenant, bytes]) < 0;
    const error = { code: "VENDOR_REFUSED", message: "no", retryable: false };
    const event = { ...leftEvent("a"), output: { text: "ñ" }, error };
    expect(journalLine({ take }, "ten_a", event)).toEqual({
      ...leftEvent("a"),
      error,
      output: { $omitted: { bytes: 13, why: "budget" } },
    });
    expect(asked).toEqual([["ten_a", 13]]);
  });

  test("[R5] a large output takes only what is kept of it from the budget", () => {
    const asked: number[] = [];
    const take = (_tenant: string, bytes: number) => asked.push(bytes) > 0;
    journalLine({ take }, "ten_a", { ...leftEvent("a"), output: { text: "a".repeat(200_000) } });
    expect(asked[0]).toBeLessThan(9 * 1024);
  });

  test("without an output costs nothing", () => {
    const event = leftEvent("a");
    const take = () => {
      throw new Error("not asked");
    };
    expect(journalLine({ take }, "ten_a", event)).toBe(event);
  });
});

describe("[R7] a run's state", () => {
  const next = (bytes: number): NodeResult => ({
    kind: "next",
    port: "next",
    output: { text: "a".repeat(bytes) },
  });
  const applied = (state: RunState): Applied => ({
    state,
    event: { nodeId: "menu", stepKey: "run_1:menu:1", kind: "left", port: "next" },
  });
  const holding = (bytes: number): RunState => ({
    ...STATE,
    stepCount: 1,
    vars: { text: "a".repeat(bytes) },
  });

  test("up to 2 MiB is carried on", () => {
    const made = applied(holding(MAX_STATE_BYTES - 1024));
    expect(limitState(STATE, made, next(5_000))).toBe(made);
  });

  test("beyond that ends the run as STATE_TOO_LARGE with the node and the size; the state from before stays", () => {
    const before = holding(10);
    const { state, event } = limitState(before, applied(holding(MAX_STATE_BYTES)), next(5_000));
    expect(state).toMatchObject({
      vars: before.vars,
      outcome: {
        status: "failed",
        name: "STATE_TOO_LARGE",
        error: { code: "STATE_TOO_LARGE", nodeId: "menu" },
      },
    });
    expect(state.outcome?.error?.message).toMatch(
      /node "menu" gave, .* 2097\d{3} bytes; 2097152 are allowed/,
    );
    expect(event).toMatchObject({ nodeId: "menu", stepKey: "run_1:menu:1", kind: "failed" });
  });

  test("is measured after a large result, a large change, and at every sixteenth step anyway", () => {
    const large = applied(holding(MAX_STATE_BYTES));
    const small = next(1);
    const sets: NodeResult = { ...next(1), set: { vars: { text: "a".repeat(5_000) } } } as NodeResult;
    const at = (stepCount: number) => ({ ...STATE, stepCount });
    expect(limitState(at(5), large, small)).toBe(large);
    expect(limitState(at(5), large, sets).event.kind).toBe("failed");
    expect(limitState(at(32), large, small).event.kind).toBe("failed");
  });
});

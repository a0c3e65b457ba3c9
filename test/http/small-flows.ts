import type { Flow } from "../../engine/core/flow.ts";

type Step = readonly [id: string, type: string, params?: Readonly<Record<string, unknown>>];

/** A flow whose nodes follow one another by `next`. */
export function chain(key: string, ...steps: readonly Step[]): Flow {
  return {
    schemaVersion: 1,
    key,
    name: `Test ${key}`,
    settings: { locale: "es" },
    nodes: steps.map(([id, type, params = {}], index) => ({
      id,
      type,
      version: 1,
      position: { x: 0, y: index * 100 },
      data: { params: { ...params } },
    })),
    edges: steps.slice(1).map(([target], index) => ({
      id: `e${index}`,
      source: steps[index]?.[0] ?? "",
      sourceHandle: "next",
      target,
    })),
  };
}

const INPUT = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string" }, party: { type: "integer" } },
};

/** Answers the API call. */
export const greeting = (key = "greeting") =>
  chain(
    key,
    ["api", "api.run", { input: INPUT }],
    [
      "reply",
      "core.reply",
      {
        status: 201,
        headers: { "X-Shop": "7", "Set-Cookie": "s=1" },
        json: { hello: "{{ trigger.input.name }}" },
      },
    ],
  );

/** Ends with an outcome and says nothing. */
export const silent = (key = "silent") =>
  chain(
    key,
    ["api", "api.run"],
    ["done", "core.end", { outcome: "confirmed", output: { party: "{{ trigger.input.party }}" } }],
  );

/** Sleeps for two hours. */
export const sleepy = (key = "sleepy") =>
  chain(
    key,
    ["api", "api.run"],
    ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
    ["done", "core.end", {}],
  );

/** Fails in its second step. */
export const failing = (key = "failing") =>
  chain(
    key,
    ["api", "api.run"],
    ["wrong", "core.wait", { until: "{{ trigger.input.when }}" }],
    ["done", "core.end", {}],
  );

/** Answers the web request that started it with what it heard. */
export const echo = (key: string, params: Readonly<Record<string, unknown>>) =>
  chain(
    key,
    ["hook", "http.webhook", params],
    [
      "reply",
      "core.reply",
      {
        status: 200,
        json: {
          method: "{{ trigger.method }}",
          query: "{{ trigger.query }}",
          body: "{{ trigger.body }}",
          headers: "{{ trigger.headers }}",
        },
      },
    ],
  );

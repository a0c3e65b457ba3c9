import { contextData, contractTests, type Exchange, replay, runNode } from "centralita/plugin-testing";
import { describe, expect, test } from "vitest";
import points from "../nodes/points.ts";
import plugin from "../plugin.ts";

const saved = { "loyalty.points": { 1: { telephone: "{{ trigger.call.from }}" } } };

describe("the plugin keeps the contract", () => {
  test.each(contractTests(plugin, { saved }))("$name", ({ run }) => run());
});

const PHONE = "+573001234567";
const ASKED: Exchange["request"] = {
  method: "GET",
  path: `/members/${encodeURIComponent(PHONE)}`,
  headers: { authorization: "Bearer t0k3n" },
};

/** Runs the node against the service as it was recorded. */
async function ask(answer: Exchange["answer"], atLeast: number) {
  const service = await replay([{ request: ASKED, answer }]);
  const data = contextData({ credentials: { "loyalty.account": { baseUrl: service.url, token: "t0k3n" } } });
  try {
    const result = await runNode(points, { phone: PHONE, atLeast }, { data, fetch: plainFetch });
    expect(service.mistakes()).toEqual([]);
    return result;
  } finally {
    await service.close();
  }
}

// The engine's own refuses private addresses, and this service is on this machine.
async function plainFetch(url: string, init = {}) {
  const answer = await fetch(url, init);
  return { status: answer.status, headers: {}, text: await answer.text() };
}

test.each([
  [500, "member"],
  [501, "below"],
])("somebody with 500 points, asked for %i, leaves by %s", async (atLeast, port) => {
  const output = { points: 500, level: "oro" };
  expect(await ask({ status: 200, body: output }, atLeast)).toMatchObject({ kind: "next", port, output });
});

test("somebody the programme does not know leaves by unknown", async () => {
  expect(await ask({ status: 404 }, 0)).toMatchObject({ kind: "next", port: "unknown" });
});

test.each([
  ["is down", { status: 503 }],
  ["says something else", { status: 200, body: "<html>" }],
  ["gives no number", { status: 200, body: { points: "many", level: "oro" } }],
])("a programme that %s is an error the engine tries again", async (_, answer) => {
  await expect(ask(answer, 0)).rejects.toMatchObject({ code: "VENDOR_UNAVAILABLE", retryable: true });
});

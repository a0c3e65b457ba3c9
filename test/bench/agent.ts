/**
 * What an agent is worth and what it costs: how many rehearsed dialogues pass all five times (pass^5), and what this house adds
 * between a token that comes from the model and the frame that goes out to the call. The model is a stand-in on this machine
 * that writes the moment it sends a token into the token; the frame is ready when that moment is read back out of it.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { contextData } from "../../engine/plugin-testing/node-context.ts";
import { createSafeFetch } from "../../engine/runtime/safe-fetch.ts";
import { type ModelAccount, modelAccountOf } from "../../plugins/agent/account.ts";
import { startModelEmulator } from "../../plugins/agent/emulator/emulator.ts";
import { askModels } from "../../plugins/agent/model/ladder.ts";
import { DEFAULT_LIMITS } from "../../plugins/agent/turn/policy.ts";
import {
  advanceRelay,
  newRelay,
  type RelayInput,
  type RelayPolicy,
} from "../../plugins/agent/voice/relay.ts";
import { DIALOGUES, type Dialogue } from "../plugins/agent/dialogues/dialogues.ts";
import { faultsOfHolding, PARAMS } from "../plugins/agent/dialogues/hold.ts";
import { chatWith, personWho } from "../plugins/agent/nodes/chat-with.ts";
import type { BenchRow } from "./run.ts";

const TIMES = 5;
const KEY = "sk-bench";
const CALLS = [1, 20, 100];
const TOKENS = 50;
const PACE_MS = 20;

export async function agent(): Promise<BenchRow[]> {
  const rows = [await passRate()];
  for (const calls of CALLS) rows.push(await addedLatency(calls));
  return rows;
}

async function passRate(): Promise<BenchRow> {
  let passed = 0;
  for (const dialogue of DIALOGUES) if (await passesEveryTime(dialogue)) passed += 1;
  return {
    what: `dialogues that pass ${TIMES} times of ${TIMES}`,
    unit: `of ${DIALOGUES.length}`,
    ours: passed,
    yardstick: DIALOGUES.length,
    ratio: passed / DIALOGUES.length,
    p50Ms: null,
    p99Ms: null,
    notes: "the model made of rules, through the node; yardstick: all of them",
  };
}

async function passesEveryTime(dialogue: Dialogue): Promise<boolean> {
  for (let time = 0; time < TIMES; time++) if (!(await passes(dialogue))) return false;
  return true;
}

async function passes(dialogue: Dialogue): Promise<boolean> {
  const emulator = await startModelEmulator({ accounts: [{ apiKey: KEY }], paceMs: 0 });
  const credentials = {
    "openai.account": { apiKey: KEY, baseUrl: `${emulator.url}/v1`, model: "demo" },
    "agent.erp": { baseUrl: `${emulator.url}/erp`, apiKey: KEY },
  };
  const talk = chatWith(emulator, contextData({ credentials, ...personWho() }), PARAMS);
  const faults = await faultsOfHolding(talk, dialogue);
  await emulator.close();
  return faults.length === 0;
}

async function addedLatency(calls: number): Promise<BenchRow> {
  const model = await stampingModel();
  const outbound = createSafeFetch({ allowedOrigins: [model.url] });
  const account = modelAccountOf(
    { apiKey: KEY, baseUrl: `${model.url}/v1`, model: "stamps" },
    outbound.stream,
  );
  // The first round opens connections and warms the machine.
  await Promise.all(Array.from({ length: calls }, () => answerOnCall(account)));
  const found = await Promise.all(Array.from({ length: calls }, () => answerOnCall(account)));
  await outbound.close();
  await model.close();
  const added = found.flat().toSorted((a, b) => a - b);
  const at = (part: number) => added[Math.min(added.length - 1, Math.floor(added.length * part))] ?? 0;
  return {
    what: `token in → frame out, ${calls} call${calls === 1 ? "" : "s"}`,
    unit: "ms",
    ours: at(0.5),
    yardstick: null,
    ratio: null,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    notes: `${added.length} tokens, one each ${PACE_MS} ms; loopback, guard, package and relay included; the stand-in shares the process`,
  };
}

const POLICY: RelayPolicy = {
  tools: [],
  exits: [],
  targets: [],
  limits: DEFAULT_LIMITS,
  secretText: "",
  language: "es",
  languages: [],
  greeting: "Buenas tardes.",
  silenceMs: 7_000,
  filler: null,
};

/** One answer on one call: how long each token took through us. */
async function answerOnCall(account: ModelAccount): Promise<number[]> {
  let { state } = newRelay(POLICY);
  const added: number[] = [];
  const take = (input: RelayInput) => {
    const step = advanceRelay(POLICY, state, input);
    state = step.state;
    for (const action of step.actions) {
      if (action.kind !== "send" || action.frame.type !== "text") continue;
      const stamp = Number(JSON.parse(JSON.stringify(action.frame)).token);
      if (stamp > 0) added.push(performance.now() - stamp);
    }
  };
  take({
    kind: "frame",
    frame: { type: "setup", callSid: "CA1", sessionId: "VX1", from: "", to: "", parameters: {} },
  });
  take({ kind: "frame", frame: { type: "prompt", text: "Hola", language: null, last: true } });
  const { generation, history } = state.talk;
  const request = { instructions: "", history, tools: [], maxTokens: 500 };
  const { signal } = new AbortController();
  for await (const event of askModels(account, request, { signal })) {
    if (event.kind === "text") take({ kind: "turn", event: { kind: "token", generation, text: event.text } });
    if (event.kind === "end") take({ kind: "turn", event: { ...event, kind: "answered", generation } });
  }
  if (added.length !== TOKENS) throw new Error(`${added.length} of ${TOKENS} tokens became frames`);
  return added;
}

/** Speaks chat completions; each token is the moment it was sent. */
async function stampingModel(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const chunk = (delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    let sent = 0;
    let timer: NodeJS.Timeout | undefined;
    const speak = () => {
      sent += 1;
      response.write(chunk({ content: `${performance.now()} ` }));
      if (sent < TOKENS) return;
      clearInterval(timer);
      response.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
    };
    // Calls do not speak in one rhythm.
    asked += 1;
    const starts = setTimeout(
      () => {
        timer = setInterval(speak, PACE_MS);
      },
      (asked * 7) % PACE_MS,
    );
    response.once("close", () => {
      clearTimeout(starts);
      clearInterval(timer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What the nodes ask of servers that speak chat completions and of a business system, and what those answer, as recorded. */
import { afterEach, expect, test } from "vitest";
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import { type Exchange, type RecordedVendor, replay } from "../../../engine/plugin-testing.ts";
import { modelAccountOf } from "../../../plugins/agent/account.ts";
import { askWhole } from "../../../plugins/agent/model/ladder.ts";
import classify from "../../../plugins/agent/nodes/classify.ts";
import extract from "../../../plugins/agent/nodes/extract.ts";
import reply from "../../../plugins/agent/nodes/reply.ts";
import summarize from "../../../plugins/agent/nodes/summarize.ts";
import { httpErp } from "../../../plugins/agent/tools/erp.ts";
import { undiciFetch } from "../meta/support/undici-fetch.ts";

let vendor: RecordedVendor | null = null;
afterEach(async () => {
  await vendor?.close();
  vendor = null;
});

const ROLE =
  '{"id":"chatcmpl-A","object":"chat.completion.chunk","created":1796000000,"model":"gpt-5.4-mini-2026-03-17","service_tier":"default","system_fingerprint":null,"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x1"}';
const USAGE =
  '{"id":"chatcmpl-A","object":"chat.completion.chunk","created":1796000000,"model":"gpt-5.4-mini-2026-03-17","choices":[],"usage":{"prompt_tokens":412,"completion_tokens":18,"total_tokens":430,"prompt_tokens_details":{"cached_tokens":256}}}';

function chunk(delta: object, finish_reason: string | null = null): string {
  return JSON.stringify({
    id: "chatcmpl-A",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason }],
  });
}

function answering(body: JsonObject, ...chunks: readonly string[]): Exchange {
  return {
    request: {
      method: "POST",
      path: "/v1/chat/completions",
      headers: { authorization: "Bearer sk-1", "content-type": "application/json" },
      body,
    },
    answer: {
      status: 200,
      headers: { "content-type": "text/event-stream" },
      body: [...chunks, "[DONE]"].map((data) => `data: ${data}\n\n`).join(""),
    },
  };
}

const TOOL = { name: "consultar_pedido", description: "Un pedido", parameters: { type: "object" } };

const ASKED = {
  stream: true,
  messages: [
    { role: "system", content: "Sé breve." },
    { role: "user", content: "¿Y mi pedido 7?" },
  ],
};

function ask(capabilities = "") {
  const account = modelAccountOf(
    { apiKey: "sk-1", baseUrl: `${vendor?.url}/v1`, model: "m", capabilities },
    fetch,
  );
  const history = [{ role: "person", text: "¿Y mi pedido 7?" }] as const;
  const request = { instructions: "Sé breve.", history, tools: [TOOL], maxTokens: 100 };
  return askWhole(account, request, { signal: new AbortController().signal });
}

test("OpenAI: the role first, a call in pieces, usage without a choice", async () => {
  const body = {
    model: "m",
    ...ASKED,
    max_completion_tokens: 100,
    stream_options: { include_usage: true },
    tools: [{ type: "function", function: { ...TOOL } }],
  };
  const call = (part: object) => chunk({ tool_calls: [{ index: 0, ...part }] });
  vendor = await replay([
    answering(
      body,
      ROLE,
      call({ id: "call_x", type: "function", function: { name: "consultar_pedido", arguments: "" } }),
      call({ function: { arguments: '{"nume' } }),
      call({ function: { arguments: 'ro":"7"}' } }),
      chunk({}, "tool_calls"),
      USAGE,
    ),
  ]);
  expect(await ask()).toMatchObject({
    text: "",
    finish: "tool_calls",
    calls: [{ id: "call_x", name: "consultar_pedido", arguments: '{"numero":"7"}' }],
    usage: { promptTokens: 412, completionTokens: 18 },
  });
  expect(vendor.mistakes()).toEqual([]);
});

test("a server of one's own: every call at index 0, whole, without ids or usage, and an end that says stop", async () => {
  const body = {
    model: "m",
    ...ASKED,
    max_tokens: 100,
    tools: [{ type: "function", function: { ...TOOL } }],
    parallel_tool_calls: false,
    reasoning_effort: "none",
  };
  const call = (id: string, numero: string) => ({
    index: 0,
    id,
    function: { name: "consultar_pedido", arguments: JSON.stringify({ numero }) },
  });
  vendor = await replay([
    answering(
      body,
      chunk({ tool_calls: [call("a", "7")] }),
      chunk({ tool_calls: [call("b", "8")] }),
      chunk({}, "stop"),
    ),
  ]);
  const answer = await ask("no-usage, no-parallel-tools, max_tokens, reasoning=none");
  expect(answer.calls.map(({ id, arguments: values }) => [id, values])).toEqual([
    ["a", '{"numero":"7"}'],
    ["b", '{"numero":"8"}'],
  ]);
  expect(vendor.mistakes()).toEqual([]);
});

test("a class is asked for as a schema, and comes back as text", async () => {
  const exchange = answering(
    {},
    ROLE,
    chunk({ content: '{"class":"queja",' }),
    chunk({ content: '"confidence":0.92}' }),
    chunk({}, "stop"),
    USAGE,
  );
  vendor = await replay([{ ...exchange, request: { method: "POST", path: "/v1/chat/completions" } }]);
  const credentials = { "openai.account": { apiKey: "sk-1", baseUrl: `${vendor.url}/v1`, model: "m" } };
  const data = contextData({ credentials });
  const classes = [{ port: "queja", description: "se queja" }];
  const result = await runNode(classify, { text: "Está roto", classes }, { data });
  expect(result).toMatchObject({ port: "queja", output: { confidence: 0.92, tokens: 430 } });
});

/** One answer of a model to whatever is asked, in two pieces. */
async function modelSaying(text: string) {
  const half = Math.ceil(text.length / 2);
  const { answer } = answering(
    {},
    ROLE,
    chunk({ content: text.slice(0, half) }),
    chunk({ content: text.slice(half) }),
    chunk({}, "stop"),
    USAGE,
  );
  vendor = await replay([{ request: { method: "POST", path: "/v1/chat/completions" }, answer }]);
  const credentials = { "openai.account": { apiKey: "sk-1", baseUrl: `${vendor.url}/v1`, model: "m" } };
  return credentials;
}

test("values are asked for as a schema, and what is null is missing", async () => {
  const credentials = await modelSaying('{"fecha":"2026-12-05","personas":null}');
  const fields = [
    { name: "fecha", kind: "date", required: true },
    { name: "personas", kind: "integer", required: true },
  ];
  const result = await runNode(
    extract,
    { text: "El 5 de diciembre", fields },
    { data: contextData({ credentials }) },
  );
  expect(result).toMatchObject({
    port: "next",
    output: { values: { fecha: "2026-12-05", personas: null }, missing: ["personas"], complete: false },
  });
});

test("after a conversation: summary, feeling, what is to be done and the values that were named, in one answer", async () => {
  const credentials = await modelSaying(
    JSON.stringify({
      summary: "Ana (ana@example.com) reservó para dos.",
      actions: ["Llamar al 300 111 2233"],
      sentiment: "positive",
      values: { personas: 2, fecha: null },
    }),
  );
  const fields = [
    { name: "personas", kind: "integer", required: true },
    { name: "fecha", kind: "date", required: true },
  ];
  const contact = { phone: "+573001112233" };
  const result = await runNode(
    summarize,
    { text: "…", fields },
    { data: contextData({ credentials }), contact },
  );
  expect(result).toMatchObject({
    port: "next",
    output: {
      summary: "Ana ([correo …@example.com]) reservó para dos.",
      actions: ["Llamar al [teléfono …2233]"],
      sentiment: "positive",
      values: { personas: 2 },
      missing: ["fecha"],
      complete: false,
      tokens: 430,
    },
  });
});

test("a chat is answered from the stream", async () => {
  const credentials = await modelSaying("Buenas tardes. ¿En qué le ayudo?");
  const data = contextData({
    credentials,
    conversation: { channel: "sms", number: "+576015550106", contact: "+573001112233" },
  });
  const message = { sid: "SM1", body: "Hola", from: "+573001112233", to: "+576015550106", channel: "sms" };
  const params = { instructions: "", debounceSeconds: 0, waitMinutes: 0 };
  const result = await runNode(reply, params, { data, trigger: { message } });
  expect(result).toMatchObject({ port: "replied", output: { turns: 1, tokens: 430 } });
  expect(data.sent.map(({ message: { text } }) => text)).toEqual(["Buenas tardes. ¿En qué le ayudo?"]);
});

test("a reservation in a business system: its key is the wish's, and no is an answer", async () => {
  const wish = { fecha: "2026-12-05", personas: 2 };
  const post = (answer: Exchange["answer"]): Exchange => ({
    request: {
      method: "POST",
      path: "/reservations",
      headers: { authorization: "Bearer k", "idempotency-key": "eff_1", "content-type": "application/json" },
      body: wish,
    },
    answer,
  });
  vendor = await replay([
    post({ status: 503, body: { error: "busy" } }),
    post({ status: 201, body: { codigo: "R-1" } }),
    post({ status: 409, body: { error: "full" } }),
  ]);
  const erp = httpErp(undiciFetch(), { baseUrl: vendor.url, apiKey: "k" });
  expect(await erp.reserve(wish, "eff_1")).toEqual({ kind: "found", data: { codigo: "R-1" } });
  expect(await erp.reserve(wish, "eff_1")).toEqual({ kind: "missing", data: { error: "full" } });
  expect(vendor.mistakes()).toEqual([]);
});

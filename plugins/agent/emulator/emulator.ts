import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { Emulator, EmulatorOptions, JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import type { EmulatedAnswer } from "./answer.ts";
import { BadRequest, type ChatRequest, chatRequestOf } from "./chat-request.ts";
import { createDemoErp } from "./demo-erp.ts";
import { createFaults, type ModelFaults } from "./faults.ts";
import { answerByRules } from "./rules.ts";
import { type HttpCall, json, listen } from "./server.ts";
import { type Streamed, streamChat, wholeChat } from "./sse.ts";

export interface ModelEmulator extends Emulator {
  readonly faults: ModelFaults;
  /** What the next questions are answered with, one each, in place of what the rules would say. */
  script(...answers: readonly EmulatedAnswer[]): void;
  /** What was asked, oldest first, as it was understood. */
  asked(): readonly ChatRequest[];
}

const TOKEN_CHARACTERS = 4;
const REMEMBERED = 500;

/**
 * A server that speaks chat completions below `/v1` with rules in place of a model, and a demo ERP below `/erp`. Both are
 * opened by the key of its account.
 */
export async function startModelEmulator(options: EmulatorOptions): Promise<ModelEmulator> {
  const { accounts, paceMs = 25, ledgerFile } = options;
  const keys = new Set(accounts.map(({ apiKey }) => String(apiKey)));
  const [firstKey = ""] = keys;
  const faults = createFaults();
  const scripted: EmulatedAnswer[] = [];
  const asked: ChatRequest[] = [];
  const ledger = openLedger(ledgerFile);
  let counter = ledger.entries().length;

  const erp = createDemoErp(firstKey, ({ kind, ref, details }) =>
    ledger.add({ kind, ref, at: new Date().toISOString(), status: "accepted", details }),
  );
  const complete = async (request: ChatRequest, response: ServerResponse) => {
    const fault = faults.take(request.model);
    if (fault?.kind === "status") return refuse(response, fault.status, fault.retryAfterMs);
    asked.push(request);
    if (asked.length > REMEMBERED) asked.shift();
    const answer = scripted.shift() ?? answerByRules(request);
    counter += 1;
    const id = `chatcmpl-${String(counter).padStart(12, "0")}`;
    const usage = usageOf(request, answer);
    const wanted = request.wantsUsage || !request.stream;
    const streamed: Streamed = {
      id,
      model: request.model,
      answer,
      usage: wanted ? usage : null,
      fault,
      paceMs,
    };
    ledger.add(entryOf(id, request, answer));
    if (!request.stream) return json(response, 200, wholeChat(streamed));
    await streamChat(response, streamed);
  };
  const server = await listen(options.port ?? 0, async (call, response) => {
    // Below its own address in a simulation, which has no model beside it.
    if (!call.path.startsWith("/v1/")) return erp.answer(call, response);
    if (!keys.has(bearerOf(call))) return refuse(response, 401);
    if (call.method === "GET" && call.path === "/v1/models")
      return json(response, 200, { object: "list", data: [{ id: "demo", object: "model" }] });
    if (call.method !== "POST" || call.path !== "/v1/chat/completions") return refuse(response, 404);
    try {
      await complete(chatRequestOf(call.body), response);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      json(response, 400, { error: { message: error.message, type: "invalid_request_error" } });
    }
  });
  return {
    url: server.url,
    faults,
    script: (...answers) => void scripted.push(...answers),
    asked: () => asked,
    ledger: ledger.entries,
    // It calls nobody.
    pointAt: () => undefined,
    idle: async () => undefined,
    close: server.close,
  };
}

function refuse(response: ServerResponse, status: number, retryAfterMs?: number): void {
  const type =
    status === 429 ? "rate_limit_exceeded" : status < 500 ? "invalid_request_error" : "server_error";
  const headers = retryAfterMs === undefined ? {} : { "retry-after-ms": String(retryAfterMs) };
  json(
    response,
    status,
    { error: { message: `The emulated model answers ${status}.`, type, code: type } },
    headers,
  );
}

function bearerOf({ headers }: HttpCall): string {
  return (headers.authorization ?? "").replace(/^Bearer /, "");
}

function usageOf(
  request: ChatRequest,
  { text = "", calls = [] }: EmulatedAnswer,
): { prompt: number; completion: number } {
  return {
    prompt: Math.ceil(JSON.stringify([request.messages, request.tools]).length / TOKEN_CHARACTERS),
    completion: Math.ceil((text.length + JSON.stringify(calls).length) / TOKEN_CHARACTERS),
  };
}

function entryOf(ref: string, request: ChatRequest, { text, calls = [] }: EmulatedAnswer): LedgerEntry {
  const details: JsonObject = {
    model: request.model,
    tools: request.tools.map(({ name }) => name),
    calls: calls.map(({ name, arguments: values }) => ({ name, arguments: values })),
  };
  const body = text === undefined ? {} : { body: text };
  return { kind: "completion", ref, at: new Date().toISOString(), status: "accepted", details, ...body };
}

/** Appended line by line, so that it outlives a process that is killed. */
function openLedger(file: string | undefined) {
  const entries: LedgerEntry[] = file !== undefined && existsSync(file) ? readLines(file) : [];
  return {
    entries: () => entries,
    add(entry: LedgerEntry) {
      entries.push(entry);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`);
    },
  };
}

function readLines(file: string): LedgerEntry[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line): LedgerEntry[] => {
      try {
        return line === "" ? [] : [JSON.parse(line)];
      } catch {
        // Half a line, left by a process that was killed.
        return [];
      }
    });
}

/**
 * One answer of one model as a stream. The package's own timeout ends with the headers, and an abort in mid-stream ends its
 * loop without a word; so two watchdogs are kept here, and whoever stopped it is asked afterwards.
 */

import { LRUCache } from "lru-cache";
import OpenAI, { APIError } from "openai";
import { AppError, type GuardedStream } from "../../../engine/plugin-api.ts";
import type { ModelAccount } from "../account.ts";
import type { Usage } from "../turn/events.ts";
import type { ToolCall } from "../turn/state.ts";
import { type ModelEvent, ModelFailure, type ModelRequest, type Patience } from "./port.ts";
import { requestBody } from "./request-body.ts";

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type CallPiece = NonNullable<Chunk["choices"][number]["delta"]["tool_calls"]>[number];

// Found only by presenting the same credential and the same guard.
const clients = new WeakMap<GuardedStream, LRUCache<string, OpenAI>>();

function clientOf({ apiKey, baseUrl, fetch }: ModelAccount): OpenAI {
  const ofGuard = clients.get(fetch) ?? new LRUCache<string, OpenAI>({ max: 100 });
  clients.set(fetch, ofGuard);
  const key = JSON.stringify([apiKey, baseUrl]);
  const known = ofGuard.get(key);
  if (known) return known;
  // Failing over is ours: a second try of the package would wait behind our back.
  const client = new OpenAI({ apiKey, baseURL: baseUrl, fetch, maxRetries: 0, logLevel: "off" });
  ofGuard.set(key, client);
  return client;
}

/** @throws ModelFailure */
export async function* streamAnswer(
  account: ModelAccount,
  request: ModelRequest,
  options: { readonly model: string; readonly signal: AbortSignal; readonly patience: Patience },
): AsyncGenerator<ModelEvent> {
  const { model, signal, patience } = options;
  const watch = watchdog(signal, model);
  const answer = gatherer();
  try {
    watch.within(patience.firstMs, "the first word");
    const body = requestBody(account, request, model);
    const stream = await clientOf(account).chat.completions.create(body, { signal: watch.signal });
    for await (const chunk of stream) {
      const { isWord, text } = answer.take(chunk);
      // A first chunk that only names the role is no word yet.
      if (isWord) watch.within(patience.idleMs, "the next word");
      if (text !== "") yield { kind: "text", text };
    }
    watch.check(answer.spoke());
    yield answer.end(signal.aborted, model);
  } catch (error) {
    watch.check(answer.spoke());
    if (!signal.aborted) throw failureOf(error, model, answer.spoke());
    yield answer.end(true, model);
  } finally {
    watch.stop();
  }
}

function watchdog(outer: AbortSignal, model: string) {
  const controller = new AbortController();
  const give = () => controller.abort();
  let timer: NodeJS.Timeout | undefined;
  let stalled: string | null = null;
  outer.addEventListener("abort", give, { once: true });
  if (outer.aborted) give();
  return {
    signal: controller.signal,
    within(ms: number, what: string) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        stalled = `${what} did not come within ${ms} ms`;
        give();
      }, ms);
    },
    /** @throws ModelFailure when it was this watchdog that ended it */
    check(spoke: boolean) {
      if (stalled !== null) throw new ModelFailure("stalled", stalled, { model, spoke });
    },
    stop() {
      clearTimeout(timer);
      outer.removeEventListener("abort", give);
      give();
    },
  };
}

/** Puts an answer together from its pieces. */
function gatherer() {
  const calls: { id: string; name: string; arguments: string }[] = [];
  const open = new Map<number, (typeof calls)[number]>();
  let finish: string | null = null;
  let usage: Usage = { promptTokens: 0, completionTokens: 0 };
  let characters = 0;
  const piece = ({ index = 0, id, function: part }: CallPiece) => {
    const before = open.get(index);
    // Some servers give every call the index 0: another id is another call.
    const isNew = !before || (id !== undefined && before.id !== "" && id !== before.id);
    const call = isNew ? { id: "", name: "", arguments: "" } : before;
    if (isNew) calls.push(call);
    open.set(index, call);
    call.id ||= id ?? "";
    call.name ||= part?.name ?? "";
    call.arguments += part?.arguments ?? "";
  };
  return {
    take(chunk: Chunk): { readonly isWord: boolean; readonly text: string } {
      const choice = chunk.choices?.[0];
      if (chunk.usage)
        usage = { promptTokens: chunk.usage.prompt_tokens, completionTokens: chunk.usage.completion_tokens };
      if (!choice) return { isWord: false, text: "" };
      const { content, tool_calls: pieces = [] } = choice.delta ?? {};
      for (const one of pieces) piece(one);
      finish = choice.finish_reason ?? finish;
      characters += content?.length ?? 0;
      return { isWord: Boolean(content) || pieces.length > 0 || finish !== null, text: content ?? "" };
    },
    spoke: () => characters > 0,
    end(aborted: boolean, model: string): ModelEvent {
      const isWhole = !aborted && finish !== null;
      return {
        kind: "end",
        finish: isWhole ? finish : null,
        calls: isWhole ? calls.map(named) : [],
        usage: usage.completionTokens > 0 ? usage : { ...usage, completionTokens: guessed(characters) },
        model,
      };
    },
  };
}

function named(call: ToolCall, index: number): ToolCall {
  return { ...call, id: call.id || `call_${index}` };
}

/** A stream that was cut never says what it cost: about four characters are a token. */
function guessed(characters: number): number {
  return Math.ceil(characters / 4);
}

function failureOf(error: unknown, model: string, spoke: boolean): ModelFailure {
  const guard = refusalIn(error);
  if (guard) return new ModelFailure("refused", guard.message, { model, spoke, cause: error });
  const words = error instanceof Error ? error.message : String(error);
  return new ModelFailure(reasonOf(error, spoke), words, { model, spoke, cause: error });
}

/** Our own guard's no, however the package wrapped it. */
function refusalIn(error: unknown): AppError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof AppError && cause.code === "FETCH_BLOCKED") return cause;
  return null;
}

function reasonOf(error: unknown, spoke: boolean): ModelFailure["reason"] {
  const status = error instanceof APIError ? error.status : undefined;
  if (status === 429) return "rate_limited";
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409)
    return "refused";
  if (error instanceof SyntaxError) return "malformed";
  return spoke ? "cut" : "unavailable";
}

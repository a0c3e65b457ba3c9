import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmulatedAnswer } from "./answer.ts";
import type { ModelFault } from "./faults.ts";

export interface Streamed {
  readonly id: string;
  readonly model: string;
  readonly answer: EmulatedAnswer;
  readonly usage: { readonly prompt: number; readonly completion: number } | null;
  readonly fault: ModelFault | null;
  /** Between two words. */
  readonly paceMs: number;
}

/** An answer as server-sent events: the role first, words one by one, calls in pieces, how it ended, what it cost. */
export async function streamChat(response: ServerResponse, streamed: Streamed): Promise<void> {
  const { fault, answer, paceMs } = streamed;
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.flushHeaders();
  if (fault?.kind === "stall") return;
  if (fault?.kind === "slow") await sleep(fault.ms);
  send(response, chunk(streamed, { role: "assistant", content: "" }));
  if (fault?.kind === "malformed") return void response.end('data: {"id": "chatcmpl\n\n');
  if (fault?.kind === "error-chunk")
    return void response.end(
      'data: {"error":{"message":"The server had an error","code":"server_error"}}\n\n',
    );
  let said = 0;
  for (const word of words(answer.text ?? "")) {
    if (isOver(fault, said)) return breakOff(response, fault);
    send(response, chunk(streamed, { content: word }));
    said += 1;
    if (paceMs > 0) await sleep(paceMs);
  }
  if (isOver(fault, said)) return breakOff(response, fault);
  for (const piece of callPieces(streamed)) send(response, chunk(streamed, { tool_calls: [piece] }));
  finish(response, streamed);
}

function finish(response: ServerResponse, streamed: Streamed): void {
  const { usage } = streamed;
  send(response, chunk(streamed, {}, finishOf(streamed.answer)));
  if (usage) send(response, { ...head(streamed), choices: [], usage: usageOf(usage) });
  response.end("data: [DONE]\n\n");
}

/** The same answer at once, for those who ask for no stream. */
export function wholeChat(streamed: Streamed): object {
  const { answer, usage } = streamed;
  const calls = callsOf(streamed);
  const message = {
    role: "assistant",
    content: answer.text ?? null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return {
    ...head(streamed),
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: finishOf(answer) }],
    ...(usage ? { usage: usageOf(usage) } : {}),
  };
}

function isOver(fault: ModelFault | null, said: number): boolean {
  return (fault?.kind === "cut" || fault?.kind === "stall-after") && said >= fault.words;
}

function breakOff(response: ServerResponse, fault: ModelFault | null): void {
  // What was written arrives first; the answer then ends in the middle.
  if (fault?.kind === "cut") response.socket?.destroySoon();
}

function finishOf({ finish, calls = [] }: EmulatedAnswer): string {
  return finish ?? (calls.length > 0 ? "tool_calls" : "stop");
}

function words(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}

function callsOf({ id, answer }: Streamed) {
  return (answer.calls ?? []).map(({ name, arguments: values }, index) => ({
    index,
    id: `call_${id.slice(-8)}_${index}`,
    type: "function",
    function: { name, arguments: typeof values === "string" ? values : JSON.stringify(values) },
  }));
}

/** The first piece names the call, the others bring its arguments. */
function callPieces(streamed: Streamed): object[] {
  return callsOf(streamed).flatMap(({ index, id, type, function: { name, arguments: args } }) => {
    const half = Math.ceil(args.length / 2);
    return [
      { index, id, type, function: { name, arguments: "" } },
      { index, function: { arguments: args.slice(0, half) } },
      { index, function: { arguments: args.slice(half) } },
    ];
  });
}

function head({ id, model }: Streamed) {
  return { id, object: "chat.completion.chunk", created: 1_796_000_000, model };
}

function chunk(streamed: Streamed, delta: object, finish_reason: string | null = null): object {
  return { ...head(streamed), choices: [{ index: 0, delta, finish_reason }] };
}

function usageOf({ prompt, completion }: { readonly prompt: number; readonly completion: number }) {
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function send(response: ServerResponse, data: object): void {
  response.write(`data: ${JSON.stringify(data)}\n\n`);
}

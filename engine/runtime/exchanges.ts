import type { Json } from "../core/json.ts";
import type { FlowReply, HttpAnswer } from "../plugin-api.ts";
import type { Registry } from "../registry.ts";
import type { Database } from "../store/database.ts";
import { readAnswer } from "../store/deliveries.ts";

/** Turns a flow's reply into the language of whoever waits for it. */
export interface Answerer {
  answer(reply: FlowReply): HttpAnswer;
  /** A reply that needs nothing more is sent as soon as the flow sleeps. Voice replies go on until a node asks. */
  readonly isComplete?: (parts: FlowReply["parts"]) => boolean;
}

/** Requests that wait for a flow's reply: in memory when the same process answers, else through the inbox row. */
export interface Exchanges {
  /** Who speaks the language of `via`: the path of a webhook, or `json`. */
  answererOf(via: string): Answerer;
  /** The answer is committed; whoever waits for it in this process hears it now. */
  publish(deliveryId: string, answer: HttpAnswer): void;
  /** Waits for the answer; null when it takes longer. */
  wait(deliveryId: string, withinMs: number): Promise<HttpAnswer | null>;
}

// Another process may give the answer; it is found in the row.
const POLL_MS = 250;

export const JSON_HEADERS = { "content-type": "application/json; charset=utf-8" } as const;

export function createExchanges(db: Database, registry: Registry): Exchanges {
  const answerers = new Map<string, Answerer>([["json", JSON_ANSWERER]]);
  for (const { definition } of registry.webhooks) {
    answerers.set(definition.path, { answer: (reply) => definition.answer?.(reply) ?? definition.ack });
  }
  const waiting = new Map<string, (answer: HttpAnswer) => void>();
  return {
    answererOf: (via) => answerers.get(via) ?? JSON_ANSWERER,
    publish: (deliveryId, answer) => waiting.get(deliveryId)?.(answer),
    async wait(deliveryId, withinMs) {
      const heard = Promise.withResolvers<HttpAnswer | null>();
      waiting.set(deliveryId, heard.resolve);
      const poll = setInterval(() => {
        readAnswer(db, deliveryId).then(
          (stored) => stored?.answer && heard.resolve(asAnswer(stored.answer)),
          () => undefined,
        );
      }, POLL_MS);
      const deadline = setTimeout(() => heard.resolve(null), withinMs);
      try {
        return await heard.promise;
      } finally {
        clearInterval(poll);
        clearTimeout(deadline);
        waiting.delete(deliveryId);
      }
    },
  };
}

const JSON_ANSWERER: Answerer = { answer: answerInJson, isComplete: (parts) => isReplyPart(parts.at(-1)) };

/** An answer as its row keeps it. */
export function asAnswer(stored: Json): HttpAnswer {
  return stored as unknown as HttpAnswer;
}

/** `core.reply` says status, headers and body itself; a flow that never replied leaves the body empty. */
function answerInJson(reply: FlowReply): HttpAnswer {
  const part = reply.parts.at(-1);
  if (!isReplyPart(part))
    return { status: reply.state === "failed" ? 500 : 200, headers: JSON_HEADERS, body: "" };
  const body = typeof part.body === "string" ? part.body : JSON.stringify(part.body ?? null);
  return { status: part.status, headers: { ...JSON_HEADERS, ...part.headers }, body };
}

interface ReplyPart {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

function isReplyPart(part: Json | undefined): part is Json & ReplyPart {
  return typeof part === "object" && part !== null && "status" in part && typeof part.status === "number";
}

/** How a person is asked for a code: on the call by keys, in the chat by a message. */
import type { JsonObject, NodeContext, WaitOptions } from "../../engine/plugin-api.ts";
import { promptParts, promptSeconds } from "./prompt.ts";
import { verb } from "./twiml.ts";

/** Where the person is. */
export type Line =
  | { readonly kind: "call"; readonly sid: string }
  | {
      readonly kind: "chat";
      readonly channel: "sms" | "whatsapp";
      readonly ours: string;
      readonly theirs: string;
      readonly numberId: string | null;
    };

/** The call or the chat this run is in; null: neither. */
export function lineOf(ctx: NodeContext): Line | null {
  const call = objectOf(ctx.trigger.call);
  if (typeof call.sid === "string") return { kind: "call", sid: call.sid };
  const { channel, to, from } = objectOf(ctx.trigger.message);
  if (channel !== "sms" && channel !== "whatsapp") return null;
  const numberId = objectOf(ctx.trigger.number).id;
  return {
    kind: "chat",
    channel,
    ours: String(to),
    theirs: String(from),
    numberId: typeof numberId === "string" ? numberId : null,
  };
}

type Ask = Pick<WaitOptions, "keys" | "events" | "reply" | "until"> & { readonly heard: readonly string[] };

const CALL_SECONDS = 20;
const CHAT_SECONDS = 600;
const SLACK_SECONDS = 120;

export interface Question {
  readonly text: string;
  readonly codeLength: number;
  /** Absent: 20 s on a call, ten minutes in a chat. */
  readonly timeoutSeconds?: number;
}

/** Asked twice on the call: without a key Twilio goes on to the second, and only that one reports that none came. */
export function askOnCall(ctx: NodeContext, sid: string, question: Question): Ask {
  const { text, codeLength, timeoutSeconds = CALL_SECONDS } = question;
  const prompt = { text, format: "plain", loop: 1 } as const;
  const children = promptParts(prompt, { locale: ctx.locale, country: ctx.tenant.country });
  const attrs = {
    input: ["dtmf"],
    action: ctx.urls.step("twilio/voice/step"),
    method: "POST",
    timeout: Math.min(timeoutSeconds, 120),
    numDigits: codeLength,
    finishOnKey: "#",
  };
  const seconds = 2 * (promptSeconds(prompt) + timeoutSeconds) + SLACK_SECONDS;
  return {
    keys: [ctx.urls.stepKey, `call:${sid}`],
    events: { timeout: "timeout", hangup: "hung_up" },
    heard: ["digits"],
    until: new Date(ctx.now.getTime() + seconds * 1000),
    reply: [
      verb("Gather", attrs, { children }),
      verb("Gather", { ...attrs, actionOnEmptyResult: true }, { children }),
    ],
  };
}

/** The answer to a question that was sent as a message. */
export function askInChat(
  ctx: NodeContext,
  line: Extract<Line, { kind: "chat" }>,
  { timeoutSeconds = CHAT_SECONDS }: Question,
): Ask {
  return {
    keys: [`reply:${line.channel}:${line.ours}:${line.theirs}`],
    events: {},
    heard: ["reply", "choice"],
    until: new Date(ctx.now.getTime() + timeoutSeconds * 1000),
  };
}

/** What the person pressed or wrote. */
export function saidIn({ output }: { readonly output: JsonObject }): string {
  const { digits, body } = output;
  return typeof digits === "string" ? digits : typeof body === "string" ? body : "";
}

const AGAIN = /^(otro|otra vez|reenviar|reenv[ií]a(r|lo)?|no (me )?lleg[oó]|resend|again|another)(?!\p{L})/iu;

/** "*" on the call, a word such as "reenviar" in the chat. */
export function asksForAnother(said: string): boolean {
  return said.trim() === "*" || AGAIN.test(said.trim());
}

function objectOf(value: JsonObject[string] | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

import {
  AppError,
  defineNode,
  type EffectOutcome,
  type Line,
  type NodeContext,
  next,
  type Static,
  Type,
  wait,
} from "../../../../engine/plugin-api.ts";
import type { TwilioAccount } from "../../account.ts";
import { badInput } from "../../bad-input.ts";
import { type CallChange, changeCall, openAccount, readCall } from "../../calls-api.ts";
import { lineOf } from "../../line.ts";
import { PROMPT_FIELDS, promptParts } from "../../prompt.ts";
import { es } from "../../spanish.ts";
import { renderTwiml } from "../../twiml.ts";
import { readTwiml } from "../../twiml-source.ts";
import { webAddress } from "../../web-address.ts";

/** More is not taken in the request itself. */
const MAX_TWIML = 4000;
const TAKEN_OVER_SECONDS = 60;
/** The call is not there any more. */
const NOT_LIVE = new Set(["21220", "20404"]);

const Params = Type.Object(
  {
    callSid: Type.Optional(
      Type.String({
        pattern: "^(CA[0-9a-fA-F]{32})?$",
        title: "Call",
        description: "Such as {{ steps.call.callSid }}. Empty: the call the flow is on.",
        ...es("Llamada", "Como {{ steps.llamar.callSid }}. Vacío: la llamada en la que está el flujo."),
      }),
    ),
    action: Type.Enum(["hang_up", "say", "twiml", "redirect", "take_over"], {
      default: "hang_up",
      title: "Do",
      description:
        "hang_up ends it; say and twiml play something and end it; redirect sends it to an address; take_over goes on with this flow inside it.",
      ...es(
        "Acción",
        "hang_up la termina; say y twiml reproducen algo y la terminan; redirect la envía a una dirección; take_over sigue con este flujo dentro de ella.",
      ),
    }),
    prompt: Type.Optional(
      Type.Object(PROMPT_FIELDS, {
        additionalProperties: false,
        title: "Words",
        "x-visible": { param: "action", in: ["say"] },
        ...es("Palabras"),
      }),
    ),
    twiml: Type.Optional(
      Type.String({
        title: "TwiML",
        "x-widget": "textarea",
        "x-visible": { param: "action", in: ["twiml"] },
        ...es("TwiML"),
      }),
    ),
    url: Type.Optional(
      Type.String({
        title: "Address",
        description: "Gives the TwiML the call goes on with.",
        "x-visible": { param: "action", in: ["redirect"] },
        ...es("Dirección", "Da el TwiML con el que sigue la llamada."),
      }),
    ),
    method: Type.Enum(["POST", "GET"], {
      default: "POST",
      title: "Method",
      "x-visible": { param: "action", in: ["redirect"] },
      "x-group": "advanced",
      ...es("Método"),
    }),
  },
  { additionalProperties: false },
);
type UpdateParams = Static<typeof Params>;

export default defineNode({
  type: "twilio.update-call",
  version: 1,
  title: { en: "Change a call", es: "Cambiar una llamada" },
  help: {
    en: "Changes a call that is going on, from wherever the flow is: another branch, a chat, another flow. Use it to end a call, to say something in it, or to go on inside it.",
    es: "Cambia una llamada en curso, esté donde esté el flujo: otra rama, un chat, otro flujo. Sirve para terminarla, decir algo en ella o seguir dentro de ella.",
  },
  family: "voice",
  icon: "phone-incoming",
  params: Params,
  outputs: {
    next: Type.Object({ callSid: Type.String() }),
    ended: Type.Object({ callSid: Type.String() }),
  },
  ports: ["next", "ended"],
  effect: "once",
  waits: true,
  credential: "twilio.account",
  cost: { free: true, why: "Twilio bills a call by its minutes, not by the requests about it" },
  settledBy: "list-api",
  example: {
    title: { en: "End a call", es: "Terminar una llamada" },
    params: { callSid: "{{ steps.llamar.callSid }}", action: "hang_up" },
  },
  async run(ctx, params) {
    const callSid = params.callSid || lineOf(ctx)?.sid;
    if (callSid === undefined) throw badInput(ctx, NO_CALL);
    const change = changeOf(ctx, params);
    const account = await openAccount(ctx);
    const outcome = await ctx.once("update", intentOf(callSid, params), () =>
      changeCall(account, callSid, change),
    );
    if (outcome.state === "refused") return refusedAs(ctx, callSid, outcome);
    if (params.action !== "take_over") return next("next", { callSid });
    return takenOver(ctx, await lineOfCall(account, callSid));
  },
});

const NO_CALL = {
  en: "It changes the flow's call, but the flow is on none; name one in callSid.",
  es: "Cambia la llamada del flujo, pero el flujo no está en ninguna; indique una en callSid.",
};

/** Ending a call twice changes nothing; anything else would be heard twice. */
function intentOf(callSid: string, { action }: UpdateParams) {
  const intent = { kind: "call-update", provider: "twilio", details: { callSid, action } } as const;
  return action === "hang_up" ? ({ ...intent, onDoubt: "resend" } as const) : intent;
}

/** @throws AppError PARAMS_INVALID, before anything is asked for */
function changeOf(ctx: NodeContext, params: UpdateParams): CallChange {
  switch (params.action) {
    case "hang_up":
      return { status: "completed" };
    case "say":
      return { twiml: checkedLength(ctx, renderTwiml(wordsOf(ctx, params))) };
    case "twiml":
      return { twiml: checkedLength(ctx, renderTwiml(readTwiml(params.twiml ?? "", ctx))) };
    case "redirect":
      return { url: webAddress(ctx, params.url ?? "", "document"), method: params.method };
    case "take_over":
      return { url: ctx.urls.step("twilio/voice/outbound"), method: "POST" };
  }
}

function wordsOf(ctx: NodeContext, { prompt }: UpdateParams) {
  const listener = { locale: ctx.locale, country: ctx.tenant.country, nodeId: ctx.nodeId };
  const words = prompt ? promptParts(prompt, listener) : [];
  if (words.length > 0) return words;
  throw badInput(ctx, {
    en: "It has nothing to say: a text or an audio URL is expected.",
    es: "No tiene nada que decir: se espera un texto o la URL de un audio.",
  });
}

function checkedLength(ctx: NodeContext, twiml: string): string {
  if (twiml.length <= MAX_TWIML) return twiml;
  const words = {
    en: `It sends TwiML of ${twiml.length} characters into the call; Twilio takes ${MAX_TWIML}. Use redirect for more.`,
    es: `Envía a la llamada TwiML de ${twiml.length} caracteres; Twilio acepta ${MAX_TWIML}. Para más, use redirect.`,
  };
  throw badInput(ctx, words, { length: twiml.length, max: MAX_TWIML });
}

function refusedAs(
  ctx: NodeContext,
  callSid: string,
  { vendorCode, message }: Extract<EffectOutcome, { state: "refused" }>,
) {
  if (NOT_LIVE.has(vendorCode)) return next("ended", { callSid });
  throw new AppError("VENDOR_REFUSED", `Node ${ctx.nodeId}: ${message}`, { vendorCode });
}

async function lineOfCall(account: TwilioAccount, callSid: string): Promise<Line> {
  const { from, to, direction } = await readCall(account, callSid);
  return { sid: callSid, from, to, direction };
}

/** The call's next request is the line the run speaks on; whoever was on the line before hears what was said so far. */
function takenOver(ctx: NodeContext, line: Line) {
  const before = lineOf(ctx);
  const output = { callSid: line.sid };
  return wait({
    keys: [ctx.urls.stepKey, `call:${line.sid}`],
    events: { answered: "next", machine: "next", hangup: "ended" },
    eventData: {
      answered: { output, set: { line } },
      machine: { output, set: { line } },
      hangup: { output },
      timeout: { output },
    },
    until: new Date(ctx.now.getTime() + TAKEN_OVER_SECONDS * 1000),
    timeoutPort: "ended",
    ...(before !== null && before.sid !== line.sid ? { reply: [] } : {}),
  });
}

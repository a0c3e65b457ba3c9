import {
  AppError,
  defineNode,
  type JsonObject,
  type NodeContext,
  next,
  type Static,
  Type,
  VERIFY_CHANNELS,
  type VerifyChannel,
  wait,
} from "../../../engine/plugin-api.ts";
import { askInChat, askOnCall, asksForAnother, type Line, lineOf, saidIn } from "../code-dialogue.ts";
import {
  codeIn,
  MESSAGE_FIELDS,
  RECIPIENT,
  recipientOf,
  unsentMessage,
  vendorOptions,
} from "../code-fields.ts";
import { es } from "../spanish.ts";

const words = (title: string, description: string, spanish: readonly [string, string]) =>
  Type.Optional(
    Type.String({
      maxLength: 500,
      title,
      description,
      "x-widget": "textarea",
      "x-group": "advanced",
      ...es(...spanish),
    }),
  );

const Params = Type.Object(
  {
    to: RECIPIENT,
    channels: Type.Array(Type.Enum([...VERIFY_CHANNELS]), {
      default: ["sms"],
      minItems: 1,
      maxItems: 4,
      uniqueItems: true,
      title: "Send by",
      description:
        "In this order: the next one where one does not reach, and when the person asks for another code.",
      ...es(
        "Enviar por",
        "En este orden: el siguiente si uno no llega, y cuando la persona pide otro código.",
      ),
    }),
    attempts: Type.Integer({
      default: 3,
      minimum: 1,
      maximum: 5,
      title: "Tries",
      description: "Wrong codes before it fails.",
      ...es("Intentos", "Códigos erróneos antes de fallar."),
    }),
    resends: Type.Integer({
      default: 1,
      minimum: 0,
      maximum: 4,
      title: "Another code",
      description: "How often the person may ask for one: * and # on the call, “resend” in the chat.",
      ...es("Otro código", "Cuántas veces puede pedirlo: * y # en la llamada, «reenviar» en el chat."),
    }),
    codeLength: Type.Integer({
      default: 6,
      minimum: 4,
      maximum: 10,
      title: "Digits of the code",
      description: "As the Verify service sends them; the call goes on as soon as so many are pressed.",
      "x-group": "advanced",
      ...es(
        "Cifras del código",
        "Las que envía el servicio Verify; la llamada sigue en cuanto se marcan tantas.",
      ),
    }),
    timeoutSeconds: Type.Optional(
      Type.Integer({
        minimum: 5,
        maximum: 600,
        title: "Wait for the code (s)",
        description: "Empty: 20 on a call, 600 in a chat.",
        ...es("Esperar el código (s)", "Vacío: 20 en una llamada, 600 en un chat."),
      }),
    ),
    askText: words("Question", "Empty: “Type the code we sent you…”.", [
      "Pregunta",
      "Vacío: «Marque el código que le hemos enviado…».",
    ]),
    wrongText: words("After a wrong code", "Empty: “That is not the code…”.", [
      "Tras un código erróneo",
      "Vacío: «Ese no es el código…».",
    ]),
    ...MESSAGE_FIELDS,
  },
  { additionalProperties: false },
);
type VerifyParams = Static<typeof Params>;

const Result = {
  to: Type.String({ title: "To", ...es("Para") }),
  channel: Type.Union([Type.String(), Type.Null()], { title: "Sent by", ...es("Enviado por") }),
  tries: Type.Integer({ title: "Codes tried", ...es("Códigos probados") }),
};

export default defineNode({
  type: "twilio.verify",
  version: 1,
  title: { en: "Verify a person", es: "Verificar a una persona" },
  help: {
    en: "Sends a code, asks for it on the call or in the chat, and checks it: with several tries, another code on request, and the next channel where one does not reach.",
    es: "Envía un código, lo pide en la llamada o en el chat y lo comprueba: con varios intentos, otro código si lo piden y el siguiente canal si uno no llega.",
  },
  family: "data",
  icon: "shield-lock",
  params: Params,
  outputs: {
    approved: Type.Object(Result),
    failed: Type.Object({
      ...Result,
      reason: Type.String({
        title: "Reason",
        description: "wrong, expired, too_many, blocked, not_sent or not_asked.",
        ...es("Motivo", "wrong, expired, too_many, blocked, not_sent o not_asked."),
      }),
      message: Type.String({ title: "Message", ...es("Mensaje") }),
    }),
    timeout: Type.Object({}),
    hung_up: Type.Object({}),
    insufficient_credits: Type.Object({}),
  },
  ports: ["approved", "failed", "timeout", "hung_up", "insufficient_credits"],
  effect: "once",
  waits: true,
  needsLine: true,
  credential: "twilio.account",
  cost: { meters: ["verify", "sms", "whatsapp"] },
  settledBy: "list-api",
  example: {
    title: { en: "On the call, by SMS, else by WhatsApp", es: "En la llamada, por SMS o si no por WhatsApp" },
    params: { to: "{{ contact.phone }}", channels: ["sms", "whatsapp"], attempts: 3 },
  },
  run: async function verifyPerson(ctx, params) {
    const line = lineOf(ctx);
    if (line === null) {
      throw new AppError(
        "PARAMS_INVALID",
        `${ctx.nodeId}: there is neither a call nor a chat to ask for the code in; use twilio.verify-start and twilio.verify-check`,
      );
    }
    const dialogue = { ctx, params, line, to: recipientOf(params.to), so: soFar(ctx.memo) };
    const { heard } = dialogue.so;
    if (heard === null) return sendCode(dialogue, 0, "");
    const said = saidIn(heard);
    return asksForAnother(said) ? sendAnother(dialogue, "") : checkCode(dialogue, codeIn(said));
  },
});

/** What one visit leaves the next. */
interface SoFar {
  /** Which of the channels the last code went by. */
  readonly channel: number;
  readonly ref: string;
  readonly tries: number;
  readonly resends: number;
  readonly heard: { readonly output: JsonObject } | null;
}

interface Dialogue {
  readonly ctx: NodeContext;
  readonly params: VerifyParams;
  readonly line: Line;
  readonly to: string;
  readonly so: SoFar;
}

function soFar(memo: unknown): SoFar {
  const fresh: SoFar = { channel: 0, ref: "", tries: 0, resends: 0, heard: null };
  // Only this node writes it.
  return typeof memo === "object" && memo !== null ? { ...fresh, ...memo } : fresh;
}

/** By this channel, else by the next that reaches. */
async function sendCode(dialogue: Dialogue, from: number, before: string) {
  const { ctx, params, to, so } = dialogue;
  let message = "";
  for (const [index, channel] of params.channels.entries()) {
    if (index < from) continue;
    const sent = await ctx.codes.send(`code:${channel}`, orderOf(dialogue, channel));
    if (sent.state === "insufficient_credits") return next("insufficient_credits", {});
    if (sent.state === "pending") {
      const reached: SoFar = { ...so, channel: index, ref: sent.ref };
      return ask({ ...dialogue, so: reached }, `${before} ${questionOf(ctx, params, channel)}`.trim());
    }
    message = unsentMessage(sent, ctx.locale);
    if (sent.state === "blocked" && sent.reason !== "vendor") return failed(dialogue, "blocked", message);
  }
  ctx.log.info({ to: to.slice(0, 4) }, "no channel took the code");
  return failed(dialogue, "not_sent", message);
}

/** The next channel, or the last one again. */
function sendAnother(dialogue: Dialogue, before: string) {
  const { params, so } = dialogue;
  if (so.resends >= params.resends) {
    return ask(dialogue, `${before} ${textsOf(dialogue.ctx).noMore}`.trim());
  }
  const from = Math.min(so.channel + 1, params.channels.length - 1);
  return sendCode({ ...dialogue, so: { ...so, resends: so.resends + 1 } }, from, before);
}

async function checkCode(dialogue: Dialogue, code: string | null) {
  const { ctx, params, to, so } = dialogue;
  const options = params.service ? { options: { serviceSid: params.service } } : {};
  const check = { to, ref: so.ref, ...options };
  const verdict = code === null ? "wrong" : await ctx.codes.check("check", { ...check, code });
  const tried = { ...dialogue, so: { ...so, tries: so.tries + 1 } };
  switch (verdict) {
    case "approved":
      return next("approved", resultOf(tried));
    case "too_many":
      return failed(tried, "too_many", textsOf(ctx).tooMany);
    case "expired":
      if (so.resends < params.resends) return sendAnother(tried, textsOf(ctx).expired);
      return failed(tried, "expired", textsOf(ctx).expired);
    case "wrong":
      if (tried.so.tries >= params.attempts) return failed(tried, "wrong", textsOf(ctx).wrong);
      return ask(tried, params.wrongText || textsOf(ctx).wrong);
  }
}

/** On the call with what is said next, in the chat with a message of its own. */
async function ask(dialogue: Dialogue, text: string) {
  const { ctx, params, line, so } = dialogue;
  const question = {
    text,
    codeLength: params.codeLength,
    ...(params.timeoutSeconds === undefined ? {} : { timeoutSeconds: params.timeoutSeconds }),
  };
  if (line.kind === "chat") {
    const refusal = await write(ctx, line, text);
    if (refusal === "insufficient_credits") return next("insufficient_credits", {});
    if (refusal !== null) return failed(dialogue, "not_asked", refusal);
  }
  const { heard, ...asked } =
    line.kind === "call" ? askOnCall(ctx, line.sid, question) : askInChat(ctx, line, question);
  const { channel, ref, tries, resends } = so;
  return wait({
    ...asked,
    timeoutPort: "timeout",
    back: { events: heard, memo: { channel, ref, tries, resends } },
  });
}

/** Null: it went out. */
async function write(
  ctx: NodeContext,
  line: Extract<Line, { kind: "chat" }>,
  text: string,
): Promise<string | null> {
  const outcome = await ctx.send("question", line.channel, {
    to: line.theirs,
    text,
    purpose: "service",
    ...(line.numberId === null ? {} : { fromNumberId: line.numberId }),
  });
  if (outcome.state === "accepted" || outcome.state === "unresolved") return null;
  return outcome.state === "refused" ? outcome.message : outcome.state;
}

function orderOf({ ctx, params, to }: Dialogue, channel: VerifyChannel) {
  return {
    to,
    channel,
    locale: params.locale || ctx.locale,
    ...(params.deviceIp ? { ip: params.deviceIp } : {}),
    options: vendorOptions(params),
  };
}

function failed(dialogue: Dialogue, reason: string, message: string) {
  return next("failed", { ...resultOf(dialogue), reason, message });
}

function resultOf({ params, to, so }: Dialogue) {
  return { to, channel: so.ref === "" ? null : (params.channels[so.channel] ?? null), tries: so.tries };
}

function questionOf(ctx: NodeContext, { askText, codeLength }: VerifyParams, channel: VerifyChannel): string {
  return askText || textsOf(ctx).question(textsOf(ctx).by[channel], codeLength);
}

function textsOf({ locale }: NodeContext): typeof ENGLISH {
  return locale.toLowerCase().startsWith("es") ? SPANISH : ENGLISH;
}

const ENGLISH = {
  by: { sms: "by text message", call: "by phone call", whatsapp: "by WhatsApp", email: "by e-mail" },
  question: (by: string, digits: number) =>
    `We have sent you a code of ${digits} digits ${by}. Please type it.`,
  wrong: "That is not the code. Please try again.",
  expired: "That code is no longer valid.",
  tooMany: "Too many codes were tried.",
  noMore: "No further code can be sent. Please type the one you have.",
};

const SPANISH: typeof ENGLISH = {
  by: { sms: "por mensaje de texto", call: "por llamada", whatsapp: "por WhatsApp", email: "por correo" },
  question: (by, digits) => `Le hemos enviado un código de ${digits} cifras ${by}. Por favor, escríbalo.`,
  wrong: "Ese no es el código. Inténtelo de nuevo, por favor.",
  expired: "Ese código ya no es válido.",
  tooMany: "Se han probado demasiados códigos.",
  noMore: "No se puede enviar otro código. Por favor, escriba el que tiene.",
};

import {
  AppError,
  again,
  type DeliveryStatus,
  defineNode,
  type EffectOutcome,
  type MessageDraft,
  type NodeContext,
  next,
  Type,
} from "../../../engine/plugin-api.ts";
import { compose } from "../compose/compose.ts";
import { refuse } from "../compose/limits.ts";
import { meaningOf } from "../error-codes.ts";
import { e164Of, isUserId } from "../wire/phone.ts";
import { type SendParams, SendParamsSchema } from "./send-params.ts";

const optional = Type.Union([Type.String(), Type.Null()]);

const Failure = Type.Object({
  to: optional,
  type: Type.String(),
  reason: Type.String({ description: "outside_window, opted_out, not_on_channel, quiet_hours …" }),
  code: Type.Union([Type.String(), Type.Null()], { description: "WhatsApp's code, where it gave one." }),
  message: Type.String({ description: "Why, in a sentence." }),
});

type Accepted = Extract<EffectOutcome, { state: "accepted" }>;
type Locale = "en" | "es";

export default defineNode({
  type: "meta.send",
  version: 1,
  title: { en: "Send on WhatsApp", es: "Enviar por WhatsApp" },
  help: {
    en: "Sends any kind of WhatsApp message from a number connected directly to Meta: files, lists, buttons, locations, products, forms, reactions. Use it for what other channels do not have; outside the 24 hours only a template gets through.",
    es: "Envía cualquier tipo de mensaje de WhatsApp desde un número conectado directamente a Meta: archivos, listas, botones, ubicaciones, productos, formularios, reacciones. Úselo para lo que otros canales no tienen; fuera de las 24 horas solo pasa una plantilla.",
  },
  family: "messages",
  icon: "brand-whatsapp",
  params: SendParamsSchema,
  outputs: {
    sent: Type.Object({
      wamid: Type.String({ description: "The message's id at WhatsApp." }),
      waId: Type.Union([Type.String(), Type.Null()], { description: "The person's WhatsApp number." }),
      userId: optional,
      messageId: optional,
      to: Type.String(),
      type: Type.String(),
      status: Type.String(),
      text: Type.String(),
    }),
    failed: Failure,
    window_closed: Failure,
    insufficient_credits: Failure,
  },
  ports: ["sent", "failed", "window_closed", "insufficient_credits"],
  effect: "once",
  cost: { meters: ["whatsapp"] },
  settledBy: "status-callback",
  credential: "meta.app",
  example: {
    title: { en: "A list to choose from", es: "Una lista para elegir" },
    params: {
      type: "list",
      text: "¿Qué te apetece hoy?",
      list: {
        button: "Ver la carta",
        sections: [{ rows: [{ id: "pan", title: "Pan", description: "De masa madre" }] }],
      },
    },
  },
  run: async function sendOnWhatsApp(ctx, params) {
    const to = recipientOf(ctx, params.to);
    const draft = draftOf(params, to);
    return leave(ctx, params, draft, await ctx.send("send", "whatsapp", draft));
  },
});

function draftOf(params: SendParams, to: string): MessageDraft {
  const { body, text } = compose(params);
  const quote =
    params.quote === undefined || params.quote === "" ? {} : { context: { message_id: params.quote } };
  const { type } = params;
  return {
    to,
    // A reaction is never billed.
    native: {
      provider: "meta",
      body: { ...quote, ...body },
      text,
      anyTime: type === "template",
      units: type === "reaction" ? 0 : 1,
    },
    purpose: params.purpose ?? "service",
    ...(params.onDoubt === "resend" ? { onDoubt: params.onDoubt } : {}),
    ...(params.fromNumber ? { fromNumberId: params.fromNumber } : {}),
  };
}

/** Who was named, else the flow's contact: by phone where it is known, else by the id WhatsApp gave them. */
function recipientOf(ctx: NodeContext, chosen: string | undefined): string {
  const named = chosen?.trim() || ctx.contact.phone || ctx.contact.userId;
  const to = typeof named === "string" ? named : "";
  if (isUserId(to)) return to;
  const phone = e164Of(to);
  return phone ?? refuse("to", `"${to}"`, "a phone number such as +573001234567, or a WhatsApp user id");
}

/** @throws AppError EFFECT_IN_DOUBT when it stays unknown whether it left */
function leave(ctx: NodeContext, params: SendParams, { to, native }: MessageDraft, outcome: EffectOutcome) {
  const failed = (reason: string, code: string | null, message: string) => {
    const output = { to, type: params.type, reason, code, message };
    return next(reason === "outside_window" ? "window_closed" : "failed", output);
  };
  switch (outcome.state) {
    case "accepted":
      return accepted(ctx, params, { to, text: native?.text ?? "" }, outcome);
    case "refused":
      return failed(
        outcome.reason,
        outcome.vendorCode || null,
        sentenceOf(ctx, outcome.vendorCode, outcome.message),
      );
    case "quiet_hours":
      return failed("quiet_hours", null, QUIET[localeOf(ctx)](outcome.until));
    case "insufficient_credits": {
      const message = POOR[localeOf(ctx)];
      return next("insufficient_credits", {
        to,
        type: params.type,
        reason: outcome.state,
        code: null,
        message,
      });
    }
    case "unresolved":
      throw new AppError(
        "EFFECT_IN_DOUBT",
        `${ctx.nodeId}: nobody knows whether the WhatsApp message left; expected an answer or a status`,
        { channel: "whatsapp", effectId: outcome.effectId },
      );
  }
}

function accepted(
  ctx: NodeContext,
  params: SendParams,
  { to, text }: { readonly to: string; readonly text: string },
  outcome: Accepted,
) {
  const { status, data = {}, effectId } = outcome;
  if (status === "failed") return failedLater(ctx, params, to, data.failure);
  const until = new Date(
    Date.parse(outcome.reportedAt ?? ctx.now.toISOString()) + (params.confirmWithinMs ?? 5000),
  );
  if (!REACHED[params.confirm ?? "accepted"].includes(status) && ctx.now < until)
    return again(until, effectId === undefined ? [] : [`effect:${effectId}`]);
  return next("sent", {
    wamid: outcome.ref,
    waId: textOrNull(data.waId),
    userId: textOrNull(data.userId),
    messageId: effectId ?? null,
    to,
    type: params.type,
    status,
    text,
  });
}

const REACHED: Readonly<Record<"accepted" | "sent" | "delivered", readonly DeliveryStatus[]>> = {
  accepted: ["queued", "sent", "delivered", "read"],
  sent: ["sent", "delivered", "read"],
  delivered: ["delivered", "read"],
};

/** Meta took it and could not deliver it: the status says why. */
function failedLater(ctx: NodeContext, { type }: SendParams, to: string, said: unknown) {
  const {
    reason = "other",
    vendorCode = "",
    message = "",
  } = (said ?? {}) as Readonly<Record<string, string>>;
  const output = {
    to,
    type,
    reason,
    code: vendorCode || null,
    message: sentenceOf(ctx, vendorCode, message),
  };
  return next(reason === "outside_window" ? "window_closed" : "failed", output);
}

/** In the flow's language where the code is known, else as it was said. */
function sentenceOf(ctx: NodeContext, vendorCode: string, said: string): string {
  return /^\d+$/.test(vendorCode) ? meaningOf(Number(vendorCode)).text[localeOf(ctx)] : said;
}

function localeOf(ctx: NodeContext): Locale {
  return ctx.locale.startsWith("en") ? "en" : "es";
}

const QUIET: Readonly<Record<Locale, (until: string) => string>> = {
  en: (until) => `Quiet hours last until ${until}.`,
  es: (until) => `Las horas de descanso duran hasta las ${until}.`,
};

const POOR: Readonly<Record<Locale, string>> = {
  en: "No WhatsApp credits are left.",
  es: "No quedan créditos de WhatsApp.",
};

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

import { defineNode, type NodeContext, next, Type, wait } from "../../../../engine/plugin-api.ts";
import { lateHangupKeys } from "../../line.ts";
import { PayFields, type PayParams } from "../../pay/params.ts";
import { amountOf, payVerb } from "../../pay/verb.ts";

// Four questions and their mistakes, each with a minute of words, and the provider's own time.
const QUESTIONS = 4;
const WORDS_SECONDS = 60;
const SLACK_SECONDS = 300;

const Refused = Type.Object({
  result: Type.String({ description: "In Twilio's words." }),
  error: Type.Optional(Type.String({ description: "Why, in the words of the provider." })),
  errorCode: Type.Optional(Type.String()),
  connectorError: Type.Optional(Type.String()),
});

export default defineNode({
  type: "twilio.pay",
  version: 1,
  title: { en: "Take a payment", es: "Cobrar" },
  help: {
    en: "Asks for a card on the keypad and charges it through your payment provider, or keeps it as a token. Card data never reaches the flow, its history or the logs.",
    es: "Pide una tarjeta con el teclado y la cobra con su proveedor de pagos, o la guarda como token. Los datos de la tarjeta nunca llegan al flujo, su historial ni los registros.",
  },
  family: "voice",
  icon: "credit-card",
  params: PayFields,
  outputs: {
    success: Type.Object({
      result: Type.String(),
      token: Type.Optional(Type.String({ "x-secret": true, description: "Stands for the card." })),
      confirmationCode: Type.Optional(Type.String({ description: "Of the charge." })),
      profileId: Type.Optional(Type.String()),
      paymentMethod: Type.Optional(Type.String()),
      cardType: Type.Optional(Type.String({ description: "visa, mastercard …" })),
    }),
    max_attempts: Refused,
    provider_error: Refused,
    interrupted: Refused,
    hung_up: Type.Partial(Refused),
    validation_error: Refused,
  },
  ports: ["success", "max_attempts", "provider_error", "interrupted", "hung_up", "validation_error"],
  effect: "once",
  waits: true,
  needsLine: true,
  cost: { free: true, why: "Twilio and the payment provider charge the tenant's own accounts for it." },
  settledBy: "webhook",
  example: {
    title: { en: "Charge the order", es: "Cobrar el pedido" },
    params: { amount: "{{ vars.total }}", currency: "cop", description: "Pedido {{ vars.pedido }}" },
  },
  async run(ctx, params) {
    const reply = [payVerb(ctx, params)];
    const outcome = await ctx.once("pay", payIntent(ctx, params), async () => ({
      state: "accepted",
      ref: ctx.stepKey,
      status: "sent",
    }));
    // An earlier try may have charged the card and was lost: asking again could charge it twice.
    if (outcome.state !== "accepted") return next("provider_error", { result: "unknown" });
    return wait({
      keys: [ctx.urls.stepKey, ...lateHangupKeys(ctx)],
      events: {
        success: "success",
        max_attempts: "max_attempts",
        provider_error: "provider_error",
        interrupted: "interrupted",
        hung_up: "hung_up",
        validation_error: "validation_error",
        hangup: "hung_up",
      },
      eventData: {
        hangup: { output: { result: "caller-hung-up" } },
        timeout: { output: { result: "timeout" } },
      },
      until: new Date(ctx.now.getTime() + secondsNeeded(params) * 1000),
      timeoutPort: "provider_error",
      reply,
    });
  },
});

function payIntent(ctx: NodeContext, params: PayParams) {
  const amount = amountOf(ctx, params);
  return {
    kind: "payment",
    provider: "twilio",
    channel: "voice",
    leavesWithAnswer: true,
    details: {
      connector: params.connector,
      ...(amount === undefined ? { tokenType: params.tokenType } : { amount, currency: params.currency }),
    },
  } as const;
}

function secondsNeeded({ timeoutSeconds, maxAttempts }: PayParams): number {
  return QUESTIONS * maxAttempts * (timeoutSeconds + WORDS_SECONDS) + SLACK_SECONDS;
}

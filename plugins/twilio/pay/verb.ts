import type { NodeContext } from "../../../engine/plugin-api.ts";
import { badInput } from "../bad-input.ts";
import { PAY_LANGUAGES } from "../languages.ts";
import { promptParts } from "../prompt.ts";
import { type AttributeValue, type TwimlPart, verb } from "../twiml.ts";
import { voiceFor } from "../voices.ts";
import { webAddress } from "../web-address.ts";
import type { PayParams, PayQuestion } from "./params.ts";

const MOST = 1_000_000;

/** The Pay of a step. @throws AppError PARAMS_INVALID before anybody is asked for a card */
export function payVerb(ctx: NodeContext, params: PayParams): TwimlPart {
  const status = params.statusUrl?.trim();
  const attrs = {
    action: ctx.urls.step("twilio/voice/step"),
    input: "dtmf",
    paymentConnector: params.connector,
    ...chargeAttributes(ctx, params),
    description: params.description?.trim() || undefined,
    ...methodAttributes(ctx, params),
    timeout: params.timeoutSeconds,
    maxAttempts: params.maxAttempts,
    language: params.language ?? payLanguage(ctx.locale, ctx.tenant.country),
    statusCallback: status ? webAddress(ctx, status, "system") : undefined,
    statusCallbackMethod: status ? "POST" : undefined,
  };
  const prompts = params.prompts.map((question) => promptVerb(ctx, params, question));
  const data = params.parameters.map(({ name, value }) => verb("Parameter", { name, value }));
  const children = [...prompts, ...data];
  return verb("Pay", attrs, children.length > 0 ? { children } : {});
}

type Attributes = Record<string, AttributeValue | undefined>;

/** Charges where there is an amount, else keeps the card as a token. */
function chargeAttributes(ctx: NodeContext, params: PayParams): Attributes {
  const amount = amountOf(ctx, params);
  if (amount === undefined) return { tokenType: params.tokenType };
  const currency = params.currency.trim().toLowerCase();
  if (!/^[a-z]{3}$/.test(currency))
    throw badInput(
      ctx,
      {
        en: `"${params.currency}" is no currency; three letters such as usd or cop are expected.`,
        es: `«${params.currency}» no es una moneda; se esperan tres letras, como usd o cop.`,
      },
      { currency: params.currency },
    );
  return { chargeAmount: amount, currency };
}

/** The amount as Twilio takes it; undefined where nothing is to be charged. */
export function amountOf(ctx: NodeContext, { amount }: Pick<PayParams, "amount">): string | undefined {
  const text = amount?.trim();
  if (!text) return undefined;
  if (/^\d{1,7}(\.\d{1,2})?$/.test(text) && Number(text) > 0 && Number(text) <= MOST) return text;
  throw badInput(
    ctx,
    {
      en: `"${text}" is no amount to charge; a number above 0 and up to ${MOST} is expected, such as 49.90.`,
      es: `«${text}» no es un importe que cobrar; se espera un número mayor que 0 y hasta ${MOST}, como 49.90.`,
    },
    { amount: text },
  );
}

function methodAttributes(ctx: NodeContext, params: PayParams): Attributes {
  if (params.paymentMethod === "ach-debit")
    return { paymentMethod: "ach-debit", bankAccountType: params.bankAccountType };
  return {
    validCardTypes: params.cardTypes,
    securityCode: params.securityCode ? undefined : false,
    postalCode: postalCode(ctx, params),
    minPostalCodeLength: params.minPostalCodeLength,
  };
}

function postalCode(ctx: NodeContext, params: PayParams): string | boolean | undefined {
  if (params.postalCode === "ask") return undefined;
  if (params.postalCode === "skip") return false;
  const code = params.knownPostalCode?.trim() ?? "";
  if (/^[A-Za-z0-9 -]{3,10}$/.test(code)) return code;
  throw badInput(
    ctx,
    {
      en: `"${code}" is no postal code; 3 to 10 letters or digits are expected.`,
      es: `«${code}» no es un código postal; se esperan de 3 a 10 letras o cifras.`,
    },
    { knownPostalCode: code },
  );
}

const BANK: readonly string[] = ["bank-account-number", "bank-routing-number"];
const CARD: readonly string[] = ["payment-card-number", "expiration-date", "security-code", "postal-code"];

function promptVerb(ctx: NodeContext, params: PayParams, question: PayQuestion): TwimlPart {
  const never = params.paymentMethod === "ach-debit" ? CARD : BANK;
  if (never.includes(question.for))
    throw badInput(
      ctx,
      {
        en: `Paying by ${params.paymentMethod} never asks for ${question.for}; these words would not be heard.`,
        es: `El pago con ${params.paymentMethod} nunca pide ${question.for}; estas palabras no se oirían.`,
      },
      { for: question.for },
    );
  const listener = { locale: ctx.locale, country: ctx.tenant.country, nodeId: ctx.nodeId };
  const listed = (values: readonly (string | number)[]) =>
    values.length > 0 ? values.map(String) : undefined;
  return verb(
    "Prompt",
    {
      for: question.for,
      errorType: listed(question.errorTypes),
      cardType: listed(question.cardTypes),
      attempt: listed(question.attempts),
      requireMatchingInputs: question.askTwice || undefined,
    },
    { children: promptParts(question.prompt, listener) },
  );
}

/** The nearest of the languages Twilio takes payments in; English where there is none. */
export function payLanguage(locale: string, country: string | null): string {
  const { language } = voiceFor(locale, country);
  if (PAY_LANGUAGES.includes(language)) return language;
  const [spoken = ""] = language.split("-");
  return PAY_LANGUAGES.find((one) => one === `${spoken}-US`) ?? "en-US";
}

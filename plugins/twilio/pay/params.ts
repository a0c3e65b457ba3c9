import { type Static, Type } from "../../../engine/plugin-api.ts";
import { PAY_LANGUAGES } from "../languages.ts";
import { NamedValue } from "../named-values.ts";
import { PromptSchema } from "../prompt.ts";
import { es } from "../spanish.ts";

export const CARD_TYPES = [
  "visa",
  "mastercard",
  "amex",
  "maestro",
  "discover",
  "optima",
  "jcb",
  "diners-club",
  "enroute",
] as const;

const card = { "x-visible": { param: "paymentMethod", is: "credit-card" } } as const;

const Question = Type.Object(
  {
    for: Type.Enum(
      [
        "payment-card-number",
        "expiration-date",
        "security-code",
        "postal-code",
        "bank-account-number",
        "bank-routing-number",
        "payment-processing",
      ],
      { title: "When asked for", ...es("Cuando se pide") },
    ),
    prompt: Type.Object(PromptSchema.properties, {
      additionalProperties: false,
      title: "Words",
      ...es("Palabras"),
    }),
    errorTypes: Type.Array(
      Type.Enum([
        "timeout",
        "invalid-card-number",
        "invalid-card-type",
        "invalid-date",
        "invalid-security-code",
        "internal-error",
        "input-matching-failed",
      ]),
      { default: [], uniqueItems: true, title: "Only after", ...es("Solo después de") },
    ),
    cardTypes: Type.Array(Type.Enum([...CARD_TYPES]), {
      default: [],
      uniqueItems: true,
      title: "Only for cards",
      ...es("Solo con tarjetas"),
    }),
    attempts: Type.Array(Type.Integer({ minimum: 1, maximum: 3 }), {
      default: [],
      uniqueItems: true,
      title: "Only at attempts",
      ...es("Solo en los intentos"),
    }),
    askTwice: Type.Boolean({
      default: false,
      title: "Ask twice and compare",
      ...es("Pedir dos veces y comparar"),
    }),
  },
  { additionalProperties: false },
);
export type PayQuestion = Static<typeof Question>;

/** The parameters of `twilio.pay`. */
export const PayFields = Type.Object(
  {
    amount: Type.Optional(
      Type.String({
        title: "Amount",
        description: "Such as 49.90. Empty: nothing is charged, the card is kept as a token.",
        ...es("Importe", "Como 49.90. Vacío: no se cobra nada, la tarjeta se guarda como un token."),
      }),
    ),
    currency: Type.String({
      default: "usd",
      title: "Currency",
      description: "Three letters, such as cop or eur.",
      ...es("Moneda", "Tres letras, como cop o eur."),
    }),
    description: Type.Optional(Type.String({ maxLength: 255, title: "For", ...es("Concepto") })),
    connector: Type.String({
      default: "Default",
      minLength: 1,
      title: "Payment connector",
      description: "Its name at Twilio: who carries out the payment.",
      ...es("Conector de pago", "Su nombre en Twilio: quien lleva a cabo el pago."),
    }),
    tokenType: Type.Enum(["reusable", "one-time", "payment-method"], {
      default: "reusable",
      title: "Kind of token",
      description: "Where nothing is charged.",
      "x-group": "advanced",
      ...es("Tipo de token", "Donde no se cobra nada."),
    }),
    paymentMethod: Type.Enum(["credit-card", "ach-debit"], {
      default: "credit-card",
      title: "Pays with",
      ...es("Paga con"),
    }),
    bankAccountType: Type.Enum(
      ["consumer-checking", "consumer-savings", "commercial-checking", "commercial-savings"],
      {
        default: "consumer-checking",
        title: "Bank account",
        "x-visible": { param: "paymentMethod", is: "ach-debit" },
        ...es("Cuenta bancaria"),
      },
    ),
    cardTypes: Type.Array(Type.Enum([...CARD_TYPES]), {
      default: ["visa", "mastercard", "amex"],
      minItems: 1,
      uniqueItems: true,
      title: "Cards taken",
      ...card,
      ...es("Tarjetas aceptadas"),
    }),
    securityCode: Type.Boolean({
      default: true,
      title: "Ask for the security code",
      ...card,
      ...es("Pedir el código de seguridad"),
    }),
    postalCode: Type.Enum(["ask", "known", "skip"], {
      default: "skip",
      title: "Postal code",
      ...card,
      ...es("Código postal"),
    }),
    knownPostalCode: Type.Optional(
      Type.String({
        title: "Known postal code",
        "x-visible": {
          all: [
            { param: "paymentMethod", is: "credit-card" },
            { param: "postalCode", is: "known" },
          ],
        },
        ...es("Código postal conocido"),
      }),
    ),
    minPostalCodeLength: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10,
        title: "Digits of the postal code at least",
        "x-group": "advanced",
        "x-visible": {
          all: [
            { param: "paymentMethod", is: "credit-card" },
            { param: "postalCode", is: "ask" },
          ],
        },
        ...es("Cifras del código postal como mínimo"),
      }),
    ),
    timeoutSeconds: Type.Integer({
      default: 8,
      minimum: 1,
      maximum: 120,
      title: "Wait for each answer (s)",
      ...es("Esperar cada respuesta (s)"),
    }),
    maxAttempts: Type.Integer({
      default: 2,
      minimum: 1,
      maximum: 3,
      title: "Attempts for each answer",
      ...es("Intentos por respuesta"),
    }),
    language: Type.Optional(
      Type.Enum([...PAY_LANGUAGES], {
        title: "Language",
        description: "Of Twilio's own words. Empty: what is nearest to the flow's.",
        "x-group": "advanced",
        ...es("Idioma", "De las palabras de Twilio. Vacío: el más cercano al del flujo."),
      }),
    ),
    prompts: Type.Array(Question, {
      default: [],
      maxItems: 30,
      title: "Own words",
      description: "In place of Twilio's, by what is asked and after which mistake.",
      "x-group": "advanced",
      ...es("Palabras propias", "En lugar de las de Twilio, según lo que se pide y tras qué error."),
    }),
    parameters: Type.Array(NamedValue, {
      default: [],
      maxItems: 20,
      title: "Data for the connector",
      "x-group": "advanced",
      ...es("Datos para el conector"),
    }),
    statusUrl: Type.Optional(
      Type.String({
        title: "Tell each step",
        description: "A system of yours that is told, masked, what was asked for and how it went.",
        "x-group": "advanced",
        ...es("Avisar de cada paso", "Una aplicación suya que recibe, enmascarado, qué se pidió y cómo fue."),
      }),
    ),
  },
  { additionalProperties: false },
);
export type PayParams = Static<typeof PayFields>;

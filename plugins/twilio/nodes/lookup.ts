import { createHash } from "node:crypto";
import {
  AppError,
  defineNode,
  type EffectOutcome,
  type JsonObject,
  type NodeContext,
  next,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";
import { toTwilioAccount } from "../account.ts";
import { isHidden } from "../caller.ts";
import { readError } from "../classify-error.ts";
import { twilioClient } from "../client.ts";
import { creditsOf, PACKAGES, PackageOutputs, readPackages } from "../lookup-packages.ts";
import { es } from "../spanish.ts";

const HOUR_MS = 3_600_000;
const CACHE_KIND = "twilio.lookup";

const forIdentity = { "x-group": "identity" } as const;
const identity = (title: string, spanish: string) =>
  Type.Optional(Type.String({ maxLength: 200, title, ...forIdentity, ...es(spanish) }));
const date = (title: string, spanish: string) =>
  Type.Optional(
    Type.String({
      pattern: "^([0-9]{8})?$",
      title,
      description: "YYYYMMDD.",
      ...forIdentity,
      ...es(spanish, "AAAAMMDD."),
    }),
  );

const Params = Type.Object(
  {
    number: Type.String({
      default: "{{ trigger.call.from }}",
      title: "Number",
      description: "The number to look up, in E.164 or as written in the country below.",
      ...es("Número", "El número que se consulta, en E.164 o como se escribe en el país de abajo."),
    }),
    country: Type.Optional(
      Type.String({
        pattern: "^[A-Z]{2}$",
        title: "Country",
        description: "Two letters, for numbers without a country code.",
        "x-group": "advanced",
        ...es("País", "Dos letras, para números sin prefijo de país."),
      }),
    ),
    packages: Type.Array(Type.Enum([...PACKAGES]), {
      default: ["line_type_intelligence"],
      uniqueItems: true,
      title: "What to ask",
      description:
        "One credit each; none asked is free and only says how the number is written. The caller's name exists for US numbers only; some must be enabled at Twilio.",
      ...es(
        "Qué consultar",
        "Un crédito cada una; sin ninguna es gratis y solo dice cómo se escribe el número. El nombre solo existe para números de EE. UU.; algunas hay que activarlas en Twilio.",
      ),
    }),
    cacheHours: Type.Integer({
      default: 720,
      minimum: 0,
      maximum: 8760,
      title: "Keep the answer (h)",
      description: "The same number is not asked and paid again within this time; 0 = always ask.",
      "x-group": "advanced",
      ...es(
        "Guardar la respuesta (h)",
        "El mismo número no se consulta ni se paga otra vez en este tiempo; 0 = consultar siempre.",
      ),
    }),
    firstName: identity("First name", "Nombre"),
    lastName: identity("Last name", "Apellidos"),
    addressLine1: identity("Address", "Dirección"),
    addressLine2: identity("Address, second line", "Dirección, segunda línea"),
    city: identity("City", "Ciudad"),
    state: identity("State", "Provincia o estado"),
    postalCode: identity("Postal code", "Código postal"),
    addressCountryCode: identity("Country of the address", "País de la dirección"),
    nationalId: identity("National id", "Documento de identidad"),
    dateOfBirth: date("Date of birth", "Fecha de nacimiento"),
    lastVerifiedDate: date("Owner known since", "Dueño conocido desde"),
    verificationSid: identity("Verification (for pre_fill)", "Verificación (para pre_fill)"),
  },
  { additionalProperties: false },
);
type LookupParams = Static<typeof Params>;

const optional = (title: string, spanish: string) =>
  Type.Union([Type.String(), Type.Null()], { title, ...es(spanish) });

const Answered = {
  e164: Type.String({
    title: "Number",
    description: "With its country code: +573001112233.",
    ...es("Número", "Con su prefijo de país: +573001112233."),
  }),
  national: optional("As written in its country", "Como se escribe en su país"),
  country: optional("Country", "País"),
  ...PackageOutputs,
};
const AnswerSchema = Type.Object(Answered);
type Answered = Static<typeof AnswerSchema>;
const Found = Type.Object({
  ...Answered,
  cached: Type.Boolean({ title: "Known before", ...es("Ya se sabía") }),
});

const PORTS = ["mobile", "landline", "voip", "other", "invalid", "insufficient_credits"] as const;
type FoundPort = "mobile" | "landline" | "voip" | "other";

type Answer =
  | { readonly port: FoundPort; readonly output: Answered }
  | { readonly port: "invalid"; readonly reason: string }
  | { readonly port: "insufficient_credits" };

export default defineNode({
  type: "twilio.lookup",
  version: 1,
  title: { en: "Look up the number", es: "Consultar el número" },
  help: {
    en: "Finds out whether a number is a mobile, a landline or an internet line, its country and carrier, and on request a changed SIM, forwarding, identity or fraud risk. Use it before sending, to choose a channel that reaches it.",
    es: "Averigua si un número es móvil, fijo o de internet, su país y operador y, si se pide, cambio de SIM, desvíos, identidad o riesgo de fraude. Úselo antes de enviar, para elegir un canal que le llegue.",
  },
  family: "data",
  icon: "device-mobile-search",
  params: Params,
  outputs: {
    mobile: Found,
    landline: Found,
    voip: Found,
    other: Found,
    invalid: Type.Object({
      number: Type.String(),
      reason: Type.String({ description: "hidden, not_found, or Twilio's word: TOO_SHORT …" }),
    }),
    insufficient_credits: Type.Object({ number: Type.String() }),
  },
  ports: PORTS,
  effect: "repeatable",
  credential: "twilio.account",
  cost: { meters: ["lookup"] },
  example: {
    title: { en: "Is the caller on a mobile?", es: "¿Llama desde un móvil?" },
    params: { number: "{{ trigger.call.from }}" },
  },
  async run(ctx, params) {
    const number = params.number.trim();
    if (isHidden(number)) return next("invalid", { number, reason: "hidden" });
    const key = keyOf(number, params);
    const known = params.cacheHours > 0 ? readAnswer(await ctx.cache.get(CACHE_KIND, key)) : null;
    const answer = known ?? (await ask(ctx, number, params));
    if (known === null && isKept(answer) && params.cacheHours > 0)
      await ctx.cache.put(CACHE_KIND, key, answer, params.cacheHours * HOUR_MS);
    if (answer.port === "invalid") return next("invalid", { number, reason: answer.reason });
    if (answer.port === "insufficient_credits") return next("insufficient_credits", { number });
    return next(answer.port, { ...answer.output, cached: known !== null });
  },
});

/** What a person's data is compared with is part of the question; of it only a digest is kept. */
function keyOf(number: string, params: LookupParams): string {
  const asked = Object.entries(optionsOf(params)).filter(
    ([name]) => name !== "fields" && name !== "countryCode",
  );
  const question =
    asked.length === 0 ? [] : [digest(JSON.stringify(asked.toSorted(([a], [b]) => (a < b ? -1 : 1))))];
  return [number, params.country ?? "", ...[...params.packages].sort(), ...question].join("|");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** What Twilio could not say today it may say tomorrow. */
function isKept(answer: Answer): boolean {
  return (
    answer.port === "invalid" || (answer.port !== "insufficient_credits" && answer.output.faults.length === 0)
  );
}

/** Packages are paid for, once for each step; formatting alone is free. A number that is none costs nothing. */
async function ask(ctx: NodeContext, number: string, params: LookupParams): Promise<Answer> {
  const amount = creditsOf(params.packages);
  if (amount === 0) return fetchAnswer(ctx, number, params);
  const outcome = await ctx.once(
    "lookup",
    {
      kind: "lookup",
      provider: "twilio",
      to: number,
      charge: { meter: "lookup", amount },
      details: { packages: [...params.packages] },
      onDoubt: "resend",
      mayRepeat: true,
    },
    async () => outcomeOf(await fetchAnswer(ctx, number, params)),
  );
  return answerOf(outcome);
}

function outcomeOf(answer: Answer): EffectOutcome {
  if (answer.port === "invalid")
    return {
      state: "refused",
      reason: "bad_recipient",
      vendorCode: answer.reason,
      message: "no such number",
    };
  const ref = answer.port === "insufficient_credits" ? "" : answer.output.e164;
  return { state: "accepted", ref, status: "delivered", data: { ...answer } };
}

function answerOf(outcome: EffectOutcome): Answer {
  if (outcome.state === "insufficient_credits") return { port: "insufficient_credits" };
  if (outcome.state === "refused") return { port: "invalid", reason: outcome.vendorCode };
  const answer = outcome.state === "accepted" ? readAnswer(outcome.data ?? null) : null;
  if (answer !== null) return answer;
  throw new AppError("VENDOR_UNAVAILABLE", "Nobody knows what became of the lookup.");
}

async function fetchAnswer(ctx: NodeContext, number: string, params: LookupParams): Promise<Answer> {
  const client = await twilioClient(toTwilioAccount(await ctx.credential("twilio.account")));
  try {
    const found = await client.lookups.v2.phoneNumbers(number).fetch(optionsOf(params));
    if (!found.valid) return { port: "invalid", reason: found.validationErrors?.[0] ?? "not_valid" };
    const data = readPackages(found, params.packages, ctx.locale.toLowerCase().startsWith("es"));
    return {
      port: portOf(data.lineType),
      output: {
        e164: found.phoneNumber,
        national: found.nationalFormat ?? null,
        country: found.countryCode ?? null,
        ...data,
      },
    };
  } catch (error) {
    if (isNotFound(error)) return { port: "invalid", reason: "not_found" };
    throw readError(error);
  }
}

const IDENTITY = [
  "firstName",
  "lastName",
  "addressLine1",
  "addressLine2",
  "city",
  "state",
  "postalCode",
  "addressCountryCode",
  "nationalId",
  "dateOfBirth",
  "lastVerifiedDate",
  "verificationSid",
] as const;

function optionsOf(params: LookupParams): Record<string, string> {
  const fields = params.packages.join(",");
  const given = IDENTITY.flatMap((name) => (params[name] ? [[name, params[name]] as const] : []));
  return {
    ...(fields === "" ? {} : { fields }),
    ...(params.country === undefined ? {} : { countryCode: params.country }),
    ...Object.fromEntries(given),
  };
}

function portOf(lineType: string | null): FoundPort {
  if (lineType === "mobile" || lineType === "landline") return lineType;
  return lineType === "fixedVoip" || lineType === "nonFixedVoip" ? "voip" : "other";
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, "status") === 404;
}

const FOUND_PORTS: readonly FoundPort[] = ["mobile", "landline", "voip", "other"];

/** A kept answer, if it is one this version wrote. */
function readAnswer(value: JsonObject | null): Answer | null {
  if (value === null) return null;
  const { port, output, reason } = value;
  if (port === "invalid") return typeof reason === "string" ? { port, reason } : null;
  const found = FOUND_PORTS.find((one) => one === port);
  return found !== undefined && isAnswered(output) ? { port: found, output } : null;
}

function isAnswered(value: unknown): value is Answered {
  return typeof value === "object" && value !== null && Array.isArray(Reflect.get(value, "faults"));
}

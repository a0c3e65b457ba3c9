import {
  defineNode,
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
import { es } from "../spanish.ts";

const HOUR_MS = 3_600_000;
const CACHE_KIND = "twilio.lookup";

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
    packages: Type.Array(Type.Enum(["line_type_intelligence", "caller_name"]), {
      default: ["line_type_intelligence"],
      uniqueItems: true,
      title: "What to ask",
      description:
        "Kind of line and carrier; the caller's name exists for US numbers only. Each is charged by Twilio.",
      "x-group": "advanced",
      ...es(
        "Qué consultar",
        "Tipo de línea y operador; el nombre solo existe para números de EE. UU. Twilio cobra cada consulta.",
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
  },
  { additionalProperties: false },
);
type LookupParams = Static<typeof Params>;

const optional = Type.Union([Type.String(), Type.Null()]);

const Found = Type.Object({
  e164: Type.String({ description: "The number with its country code: +573001112233." }),
  national: optional,
  country: Type.Union([Type.String(), Type.Null()], { description: "Two letters: CO." }),
  lineType: Type.Union([Type.String(), Type.Null()], {
    description: "mobile, landline, fixedVoip, tollFree …",
  }),
  carrier: optional,
  callerName: optional,
});
type Found = Static<typeof Found>;

const PORTS = ["mobile", "landline", "voip", "other", "invalid"] as const;
type FoundPort = Exclude<(typeof PORTS)[number], "invalid">;

type Answer =
  | { readonly port: FoundPort; readonly output: Found }
  | { readonly port: "invalid"; readonly reason: string };

export default defineNode({
  type: "twilio.lookup",
  version: 1,
  title: { en: "Look up the number", es: "Consultar el número" },
  help: {
    en: "Finds out whether a number is a mobile, a landline or an internet line, and its country and carrier. Use it before sending, to choose a channel that reaches it.",
    es: "Averigua si un número es móvil, fijo o de internet, y su país y operador. Úselo antes de enviar, para elegir un canal que le llegue.",
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
    const answer = isHidden(number)
      ? ({ port: "invalid", reason: "hidden" } as const)
      : await cachedAnswer(ctx, number, params);
    if (answer.port === "invalid") return next("invalid", { number, reason: answer.reason });
    return next(answer.port, answer.output);
  },
});

async function cachedAnswer(ctx: NodeContext, number: string, params: LookupParams): Promise<Answer> {
  const key = [number, params.country ?? "", ...[...params.packages].sort()].join("|");
  const known = params.cacheHours > 0 ? readAnswer(await ctx.cache.get(CACHE_KIND, key)) : null;
  if (known !== null) return known;
  const answer = await ask(ctx, number, params);
  if (params.cacheHours > 0) await ctx.cache.put(CACHE_KIND, key, answer, params.cacheHours * HOUR_MS);
  return answer;
}

async function ask(ctx: NodeContext, number: string, params: LookupParams): Promise<Answer> {
  const client = await twilioClient(toTwilioAccount(await ctx.credential("twilio.account")));
  const fields = params.packages.join(",");
  const options = {
    ...(fields === "" ? {} : { fields }),
    ...(params.country === undefined ? {} : { countryCode: params.country }),
  };
  try {
    const found = await client.lookups.v2.phoneNumbers(number).fetch(options);
    if (!found.valid) return { port: "invalid", reason: found.validationErrors?.[0] ?? "not_valid" };
    const lineType = found.lineTypeIntelligence?.type ?? null;
    return {
      port: portOf(lineType),
      output: {
        e164: found.phoneNumber,
        national: found.nationalFormat ?? null,
        country: found.countryCode ?? null,
        lineType,
        carrier: found.lineTypeIntelligence?.carrierName ?? null,
        callerName: found.callerName?.callerName ?? null,
      },
    };
  } catch (error) {
    if (isNotFound(error)) return { port: "invalid", reason: "not_found" };
    throw readError(error);
  }
}

function portOf(lineType: string | null): FoundPort {
  if (lineType === "mobile" || lineType === "landline") return lineType;
  return lineType === "fixedVoip" || lineType === "nonFixedVoip" ? "voip" : "other";
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, "status") === 404;
}

/** A cached answer, if it is one this version wrote. */
function readAnswer(value: JsonObject | null): Answer | null {
  if (value === null) return null;
  const { port, output, reason } = value;
  if (port === "invalid") return typeof reason === "string" ? { port, reason } : null;
  const found = PORTS.find((one): one is FoundPort => one === port && one !== "invalid");
  return found !== undefined && isFound(output) ? { port: found, output } : null;
}

function isFound(value: unknown): value is Found {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "e164") === "string";
}

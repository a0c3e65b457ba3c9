import { isIP } from "node:net";
import {
  defineNode,
  type JsonObject,
  type NodeContext,
  next,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";
import { placeOfCall, textOf } from "../call-fields.ts";
import { placeOfContact } from "../contact-place.ts";
import { placeOfNumber } from "../number-prefix.ts";
import { isFiner, type Place } from "../place.ts";
import { placeOfPostalCode } from "../postal-code.ts";
import { placeFromProvider } from "../provider.ts";

const SourceSchema = Type.Enum(["webhook", "postal_code", "number", "contact", "ip", "provider"]);
type Source = Static<typeof SourceSchema>;

const DEFAULT_SOURCES: readonly Source[] = ["webhook", "postal_code", "number"];
const DEFAULT_KEEP_DAYS = 30;

const Params = Type.Object(
  {
    phone: Type.Optional(
      Type.String({
        title: "Phone",
        description: "With country code; empty: whoever calls or writes.",
        "x-widget": "phone",
        "x-es": { title: "Teléfono", description: "Con código de país; vacío: quien llama o escribe." },
      }),
    ),
    postalCode: Type.Optional(
      Type.String({
        title: "Postal code",
        description: "For example one the caller typed; empty: the carrier's.",
        "x-es": {
          title: "Código postal",
          description: "Por ejemplo, el que marcó quien llama; vacío: el de la operadora.",
        },
      }),
    ),
    ip: Type.Optional(
      Type.String({
        maxLength: 45,
        title: "IP address",
        description: "For the source `ip`, such as {{ trigger.input.ip }}.",
        "x-group": "advanced",
        "x-es": {
          title: "Dirección IP",
          description: "Para la fuente `ip`, por ejemplo {{ trigger.input.ip }}.",
        },
      }),
    ),
    country: Type.Optional(
      Type.String({
        pattern: "^([A-Za-z]{2})?$",
        title: "Country of the postal code",
        description: "Two letters, such as CO; empty: the caller's, else yours.",
        "x-group": "advanced",
        "x-es": {
          title: "País del código postal",
          description: "Dos letras, como CO; vacío: el de quien llama o, si no, el suyo.",
        },
      }),
    ),
    sources: Type.Optional(
      Type.Array(SourceSchema, {
        minItems: 1,
        uniqueItems: true,
        default: [...DEFAULT_SOURCES],
        title: "Sources",
        description: "Asked in this order until one knows more than the country.",
        "x-es": {
          title: "Fuentes",
          description: "Se consultan en este orden hasta que una sepa más que el país.",
        },
      }),
    ),
    provider: Type.Optional(
      Type.String({
        title: "Web service",
        description: "Credential of the service for the source `provider`; empty: the only one.",
        "x-options": "credentials:geo.provider",
        "x-group": "advanced",
        "x-es": {
          title: "Servicio web",
          description: "Credencial del servicio para la fuente `provider`; vacío: la única.",
        },
      }),
    ),
    ipProvider: Type.Optional(
      Type.String({
        title: "Web service for addresses",
        description: "Credential of the service for the source `ip`; empty: the only one.",
        "x-options": "credentials:geo.ip-provider",
        "x-group": "advanced",
        "x-es": {
          title: "Servicio web de direcciones",
          description: "Credencial del servicio para la fuente `ip`; vacío: la única.",
        },
      }),
    ),
    keepDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 365,
        default: DEFAULT_KEEP_DAYS,
        title: "Remember for (days)",
        description: "How long the web service's answer is kept.",
        "x-group": "advanced",
        "x-es": {
          title: "Recordar durante (días)",
          description: "Cuánto se guarda la respuesta del servicio web.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);

const text = (title: string, es: string) =>
  Type.Union([Type.String(), Type.Null()], { title, "x-es": { title: es } });
const degrees = (title: string, es: string) =>
  Type.Union([Type.Number(), Type.Null()], { title, "x-es": { title: es } });

const Found = Type.Object({
  country: Type.String({
    title: "Country",
    description: "Two letters.",
    "x-es": { title: "País", description: "Dos letras." },
  }),
  region: text("Region", "Región"),
  regions: Type.Array(Type.String(), {
    title: "Possible regions",
    description: "More than one where a number's prefix covers several.",
    "x-es": { title: "Regiones posibles", description: "Más de una si el prefijo del número cubre varias." },
  }),
  city: text("City", "Ciudad"),
  postalCode: text("Postal code", "Código postal"),
  lat: degrees("Latitude", "Latitud"),
  lon: degrees("Longitude", "Longitud"),
  timezone: text("Time zone", "Zona horaria"),
  source: Type.Enum(["webhook", "postal_code", "number", "contact", "ip", "provider"], {
    title: "Source",
    description: "Which one knew.",
    "x-es": { title: "Fuente", description: "Cuál lo sabía." },
  }),
  confidence: Type.Number({
    minimum: 0,
    maximum: 1,
    title: "Confidence",
    description: "0 a guess, 1 certain; 0.3 when only the country is known.",
    "x-es": { title: "Confianza", description: "0 una suposición, 1 seguro; 0,3 si solo se conoce el país." },
  }),
});

export default defineNode({
  type: "geo.locate",
  version: 1,
  title: { en: "Locate the caller", es: "Ubicar a quien llama" },
  help: {
    en: "Finds out where a person probably is, from what the carrier tells, a postal code, the number's prefix, what is kept of the contact, an IP address or a web service, in the order you choose. Outside Mexico and the United States a mobile number tells no more than its country.",
    es: "Averigua dónde está probablemente una persona: por los datos de la operadora, un código postal, el prefijo del número, lo guardado del contacto, una dirección IP o un servicio web, en el orden que usted elija. Fuera de México y Estados Unidos un móvil no dice más que su país.",
  },
  family: "data",
  icon: "map-pin-search",
  params: Params,
  outputs: {
    found: Found,
    unknown: Type.Object({
      tried: Type.Array(SourceSchema, { title: "Asked", "x-es": { title: "Consultadas" } }),
    }),
  },
  ports: ["found", "unknown"],
  effect: "repeatable",
  credential: "geo.provider",
  example: {
    title: { en: "Where does the call come from?", es: "¿De dónde viene la llamada?" },
    params: { sources: ["webhook", "number"] },
  },
  run: async function locate(ctx, params) {
    const sources = params.sources ?? DEFAULT_SOURCES;
    let coarse: { readonly place: Place; readonly source: Source } | null = null;
    for (const source of sources) {
      const place = await SOURCES[source](ctx, params);
      if (place !== null && isFiner(place)) return found(place, source);
      if (place !== null) coarse ??= { place, source };
    }
    const tried: Source[] = [...sources];
    return coarse === null ? next("unknown", { tried }) : found(coarse.place, coarse.source);
  },
});

type Ask = (ctx: NodeContext, params: Static<typeof Params>) => Place | null | Promise<Place | null>;

const SOURCES: Readonly<Record<Source, Ask>> = {
  webhook: (ctx, params) => (isAnother(ctx, params.phone) ? null : placeOfCall(callOf(ctx))),
  postal_code: (ctx, params) => {
    const code = params.postalCode?.trim() || textOf(callOf(ctx).callerZip);
    return code === undefined ? null : placeOfPostalCode(countryOf(ctx, params), code);
  },
  number: (ctx, params) => {
    const phone = phoneOf(ctx, params.phone);
    return phone === undefined ? null : placeOfNumber(phone);
  },
  provider: (ctx, params) => {
    const phone = phoneOf(ctx, params.phone);
    return phone === undefined
      ? null
      : placeFromProvider(ctx, {
          asked: "phone",
          value: phone,
          ref: params.provider,
          keepDays: keepDaysOf(params),
        });
  },
  contact: (ctx) => placeOfContact(ctx.contact),
  ip: (ctx, params) => {
    const ip = params.ip?.trim() ?? "";
    if (!isPublicAddress(ip)) return null;
    return placeFromProvider(ctx, {
      asked: "ip",
      value: ip,
      ref: params.ipProvider,
      keepDays: keepDaysOf(params),
    });
  },
};

function keepDaysOf({ keepDays }: Static<typeof Params>): number {
  return keepDays ?? DEFAULT_KEEP_DAYS;
}

const PRIVATE =
  /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.|^(::1?$|f[cd]|fe[89ab])/i;

/** An address inside somebody's own network is nowhere in particular. */
function isPublicAddress(ip: string): boolean {
  return isIP(ip) !== 0 && !PRIVATE.test(ip);
}

function found(place: Place, source: Source) {
  const output: Static<typeof Found> = { ...place, regions: [...place.regions], source };
  return next("found", output);
}

/** The carrier's fields tell about the caller, not about a number somebody typed. */
function isAnother(ctx: NodeContext, phone: string | undefined): boolean {
  return Boolean(phone?.trim()) && phone?.trim() !== textOf(callOf(ctx).from);
}

function phoneOf(ctx: NodeContext, chosen: string | undefined): string | undefined {
  return (
    chosen?.trim() ||
    textOf(callOf(ctx).from) ||
    textOf(objectOf(ctx, "message").from) ||
    textOf(ctx.contact.phone)
  );
}

function countryOf(ctx: NodeContext, { country, phone }: Static<typeof Params>): string {
  const number = phoneOf(ctx, phone);
  const told =
    country ||
    textOf(callOf(ctx).callerCountry) ||
    (number === undefined ? undefined : placeOfNumber(number)?.country);
  return (told || ctx.tenant.country).toUpperCase();
}

function callOf(ctx: NodeContext): JsonObject {
  return objectOf(ctx, "call");
}

function objectOf(ctx: NodeContext, name: string): JsonObject {
  const value = ctx.trigger[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

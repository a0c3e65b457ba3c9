import {
  AppError,
  defineCredential,
  type Json,
  type JsonObject,
  type NodeContext,
  type Static,
  Type,
} from "../../engine/plugin-api.ts";
import { textOf } from "./call-fields.ts";
import { placeOfCountry } from "./number-prefix.ts";
import type { Place } from "./place.ts";

const path = (title: string, es: string) =>
  Type.Optional(Type.String({ title, "x-group": "answer", "x-es": { title: es } }));

const Fields = Type.Object(
  {
    url: Type.String({
      pattern: "^https?://.*\\{phone\\}",
      title: "Address",
      description: "With {phone} where the number goes: https://geo.example/v1?number={phone}",
      "x-es": {
        title: "Dirección",
        description: "Con {phone} donde va el número: https://geo.example/v1?number={phone}",
      },
    }),
    token: Type.Optional(
      Type.String({
        title: "Token",
        description: "Sent as a bearer token; empty: none.",
        "x-secret": true,
        "x-es": { title: "Token", description: "Se envía como token bearer; vacío: ninguno." },
      }),
    ),
    fields: Type.Object(
      {
        country: path("Country", "País"),
        region: path("Region", "Región"),
        city: path("City", "Ciudad"),
        postalCode: path("Postal code", "Código postal"),
        lat: path("Latitude", "Latitud"),
        lon: path("Longitude", "Longitud"),
        timezone: path("Time zone", "Zona horaria"),
      },
      {
        additionalProperties: false,
        title: "Where in the answer",
        description: "Path of each value in the JSON answer, such as location.city.",
        "x-es": {
          title: "Dónde está en la respuesta",
          description: "Ruta de cada valor en la respuesta JSON, por ejemplo location.city.",
        },
      },
    ),
  },
  { additionalProperties: false },
);

type Provider = Static<typeof Fields>;

const PROVIDER_CONFIDENCE = 0.8;
const DAY_MS = 86_400_000;

export const geoProvider = defineCredential({
  id: "geo.provider",
  title: { en: "Place by number (web service)", es: "Lugar por número (servicio web)" },
  fields: Fields,
  test: async (fields, { fetch }) => {
    const { url, token } = fields;
    if (typeof url !== "string" || !url.includes("{phone}"))
      return { ok: false, message: "The address has no {phone} in it." };
    const answer = await fetch(url.replaceAll("{phone}", encodeURIComponent("+34910000000")), {
      headers: authorization(textOf(token)),
    });
    return answer.status < 400
      ? { ok: true, message: "The service answers." }
      : { ok: false, message: `The service answered with status ${answer.status}.` };
  },
});

/** The place a web service knows for a number, kept for `keepDays`. Null when it knows none or does not answer. */
export async function placeFromProvider(
  ctx: NodeContext,
  phone: string,
  ref: string | undefined,
  keepDays: number,
): Promise<Place | null> {
  const provider = await ctx.credential<Provider>("geo.provider", ref || undefined);
  const key = `${provider.url} ${phone}`;
  const kept = await ctx.cache.get("geo", key);
  if (kept !== null) return placeIn(kept, { fields: SAME_NAMES });
  const answer = await ask(ctx, provider, phone);
  const place = answer === null ? null : placeIn(answer, provider);
  if (place !== null)
    await ctx.cache.put("geo", key, { ...place, regions: [...place.regions] }, keepDays * DAY_MS);
  return place;
}

const SAME_NAMES: Provider["fields"] = {
  country: "country",
  region: "region",
  city: "city",
  postalCode: "postalCode",
  lat: "lat",
  lon: "lon",
  timezone: "timezone",
};

/** Another source may still know the place, so a service that is down only costs its own answer. */
async function ask(ctx: NodeContext, { url, token }: Provider, phone: string): Promise<Json | null> {
  try {
    const headers = { accept: "application/json", ...authorization(token) };
    const { status, text } = await ctx.fetch(url.replaceAll("{phone}", encodeURIComponent(phone)), {
      headers,
      signal: ctx.signal,
    });
    if (status < 400) return JSON.parse(text);
    ctx.log.warn({ status }, "The place provider refused");
  } catch (error) {
    const known =
      error instanceof SyntaxError || (error instanceof AppError && error.code === "FETCH_FAILED");
    if (!known) throw error;
    ctx.log.warn({ error: error.message }, "The place provider gave no answer");
  }
  return null;
}

function placeIn(answer: Json, { fields }: Pick<Provider, "fields">): Place | null {
  const read = (name: keyof Provider["fields"]): Json | undefined => at(answer, fields[name]);
  const country = textOf(read("country"))?.toUpperCase();
  if (country === undefined) return null;
  const [region, city, lat, lon] = [
    textOf(read("region")) ?? null,
    textOf(read("city")) ?? null,
    numberOf(read("lat")),
    numberOf(read("lon")),
  ];
  const base = placeOfCountry(country);
  if (region === null && city === null && lat === null) return base;
  return {
    country,
    region,
    regions: region === null ? [] : [region],
    city,
    postalCode: textOf(read("postalCode")) ?? null,
    lat,
    lon,
    timezone: textOf(read("timezone")) ?? base.timezone,
    confidence: PROVIDER_CONFIDENCE,
  };
}

/** The value at a dotted path. */
function at(value: Json, dotted: string | undefined): Json | undefined {
  if (!dotted) return undefined;
  return dotted
    .split(".")
    .reduce<Json | undefined>(
      (inner, name) => (isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
      value,
    );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null;
}

function numberOf(value: Json | undefined): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

function authorization(token: string | undefined): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}

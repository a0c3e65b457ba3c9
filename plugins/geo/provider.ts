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

/** What a service is asked about. */
type Asked = "phone" | "ip";

const fieldsFor = (asked: Asked) =>
  Type.Object(
    {
      url: Type.String({
        pattern: `^https?://.*\\{${asked}\\}`,
        title: "Address",
        description: `With {${asked}} where it goes: https://geo.example/v1?q={${asked}}`,
        "x-es": {
          title: "Dirección",
          description: `Con {${asked}} donde va: https://geo.example/v1?q={${asked}}`,
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

type Provider = Static<ReturnType<typeof fieldsFor>>;

const PROVIDER_CONFIDENCE = 0.8;
const DAY_MS = 86_400_000;

const CREDENTIALS = { phone: "geo.provider", ip: "geo.ip-provider" } as const;
const PROBES = { phone: "+34910000000", ip: "192.0.2.1" } as const;

function providerOf(asked: Asked, title: { readonly en: string; readonly es: string }) {
  return defineCredential({
    id: CREDENTIALS[asked],
    title,
    fields: fieldsFor(asked),
    test: async (fields, { fetch }) => {
      const { url, token } = fields;
      if (typeof url !== "string" || !url.includes(`{${asked}}`))
        return { ok: false, message: `The address has no {${asked}} in it.` };
      const answer = await fetch(filled(url, asked, PROBES[asked]), {
        headers: authorization(textOf(token)),
      });
      return answer.status < 400
        ? { ok: true, message: "The service answers." }
        : { ok: false, message: `The service answered with status ${answer.status}.` };
    },
  });
}

export const geoProvider = providerOf("phone", {
  en: "Place by number (web service)",
  es: "Lugar por número (servicio web)",
});

export const ipProvider = providerOf("ip", {
  en: "Place by IP address (web service)",
  es: "Lugar por dirección IP (servicio web)",
});

export interface ProviderQuestion {
  readonly asked: Asked;
  /** The number or the address. */
  readonly value: string;
  /** Which credential; absent: the only one. */
  readonly ref: string | undefined;
  readonly keepDays: number;
}

/** The place a web service knows for a number or an address, kept for `keepDays`. Null when it knows none or does not answer. */
export async function placeFromProvider(
  ctx: NodeContext,
  { asked, value, ref, keepDays }: ProviderQuestion,
): Promise<Place | null> {
  const provider = await ctx.credential<Provider>(CREDENTIALS[asked], ref || undefined);
  const key = `${provider.url} ${value}`;
  const kept = await ctx.cache.get("geo", key);
  if (kept !== null) return placeIn(kept, { fields: SAME_NAMES });
  await ctx.uses.note("geolocation", 1);
  const answer = await ask(ctx, provider, filled(provider.url, asked, value));
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
async function ask(ctx: NodeContext, { token }: Provider, url: string): Promise<Json | null> {
  try {
    const headers = { accept: "application/json", ...authorization(token) };
    const { status, text } = await ctx.fetch(url, { headers, signal: ctx.signal });
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

function filled(url: string, asked: Asked, value: string): string {
  return url.replaceAll(`{${asked}}`, encodeURIComponent(value));
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

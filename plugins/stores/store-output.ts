import { type JsonObject, type Static, type StoreView, Type } from "../../engine/plugin-api.ts";

const text = (title: string, es: string) =>
  Type.Union([Type.String(), Type.Null()], { title, "x-es": { title: es } });
const degrees = (title: string, es: string) =>
  Type.Union([Type.Number(), Type.Null()], { title, "x-es": { title: es } });

export const StoreOutput = Type.Object(
  {
    id: Type.String({ title: "Id", "x-es": { title: "Id" } }),
    name: Type.String({ title: "Name", "x-es": { title: "Nombre" } }),
    groupId: text("Group", "Grupo"),
    address: text("Address", "Dirección"),
    city: text("City", "Ciudad"),
    region: text("Region", "Región"),
    country: Type.String({ title: "Country", "x-es": { title: "País" } }),
    postalCode: text("Postal code", "Código postal"),
    lat: degrees("Latitude", "Latitud"),
    lon: degrees("Longitude", "Longitud"),
    timezone: Type.String({ title: "Time zone", "x-es": { title: "Zona horaria" } }),
    landline: text("Landline", "Teléfono fijo"),
    mobile: text("Mobile", "Móvil"),
    website: text("Website", "Página web"),
  },
  { title: "Store", "x-es": { title: "Tienda" } },
);

export type StoreOutput = Static<typeof StoreOutput>;

/** What steps hand on about a store: everything a message may want to say, without its hours. */
export function storeOutput(store: StoreView): StoreOutput {
  const {
    id,
    name,
    groupId,
    address,
    city,
    region,
    country,
    postalCode,
    lat,
    lon,
    timezone,
    landline,
    mobile,
    website,
  } = store;
  return {
    id,
    name,
    groupId,
    address,
    city,
    region,
    country,
    postalCode,
    lat,
    lon,
    timezone,
    landline,
    mobile,
    website,
  };
}

/** The whole store, as the run keeps it for later steps: `{{ store.name }}`. */
export function storeState(store: StoreView): JsonObject {
  return {
    ...storeOutput(store),
    hours: store.hours,
    ...(store.hoursText === undefined ? {} : { hoursText: store.hoursText }),
  };
}

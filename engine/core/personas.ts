import type { Persona } from "./simulation.ts";

/** What gets through to a persona's phone. */
export type Reach = "everything" | "no-whatsapp" | "nothing";

/**
 * Somebody to be on the simulated phone. Where a number's kind is not in its digits, its ending says it to the emulated
 * vendors.
 */
export const PERSONAS: readonly (Persona & { readonly reach: Reach; readonly city?: string })[] = [
  {
    id: "mobile-bogota",
    phone: "+573001234567",
    name: { en: "Mobile in Bogotá", es: "Móvil de Bogotá" },
    detail: { en: "Has WhatsApp and gets SMS.", es: "Tiene WhatsApp y recibe SMS." },
    country: "CO",
    city: "Bogotá",
    reach: "everything",
  },
  {
    id: "landline-madrid",
    phone: "+34915550123",
    name: { en: "Landline in Madrid", es: "Fijo de Madrid" },
    detail: { en: "Can only be called.", es: "Solo se le puede llamar." },
    country: "ES",
    city: "Madrid",
    reach: "no-whatsapp",
  },
  {
    id: "mobile-spain",
    phone: "+34600112233",
    name: { en: "Mobile in Spain", es: "Móvil de España" },
    detail: { en: "Has WhatsApp and gets SMS.", es: "Tiene WhatsApp y recibe SMS." },
    country: "ES",
    reach: "everything",
  },
  {
    id: "no-whatsapp",
    phone: "+573005559901",
    name: { en: "Mobile without WhatsApp", es: "Móvil sin WhatsApp" },
    detail: { en: "Gets SMS; WhatsApp messages fail.", es: "Recibe SMS; los WhatsApp fallan." },
    country: "CO",
    reach: "no-whatsapp",
  },
  {
    id: "hidden",
    phone: "anonymous",
    name: { en: "Hidden number", es: "Número oculto" },
    detail: {
      en: "Calls without showing who it is; nobody can write to it.",
      es: "Llama sin mostrar quién es; no se le puede escribir.",
    },
    country: null,
    reach: "nothing",
  },
  {
    id: "unreachable",
    phone: "+573015559903",
    name: { en: "Unreachable", es: "Apagado" },
    detail: {
      en: "Switched off: messages do not arrive, calls are not answered.",
      es: "Apagado: no le llegan mensajes ni contesta llamadas.",
    },
    country: "CO",
    reach: "nothing",
  },
];

/** What gets through to a number; to those we know nothing of, everything. */
export function reachOf(phone: string): Reach {
  return PERSONAS.find((persona) => persona.phone === phone)?.reach ?? "everything";
}

/** Where the operator of somebody's number says it is, as far as it says so. */
export function placeOf(phone: string): { readonly city?: string } {
  const city = PERSONAS.find((persona) => persona.phone === phone)?.city;
  return city === undefined ? {} : { city };
}

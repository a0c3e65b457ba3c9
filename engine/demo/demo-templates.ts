import { createHash } from "node:crypto";
import type { TemplateCategory, TemplateContent, TemplateVariable } from "../core/template-content.ts";

/** A file above the words of a demo template: a small chequered square, which no scanner takes for a code. */
export const DEMO_PICTURE = {
  id: `med_${createHash("sha256").update("demo picture").digest("hex").slice(0, 32)}`,
  type: "image/png",
  name: "codigo.png",
  bytes: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAAAAAA6mKC9AAAAGUlEQVR42mNgAIL/QIBMkypAqX4YGATuAADA/X+BdAueyAAAAABJRU5ErkJggg==",
    "base64",
  ),
} as const;

export interface DemoTemplate {
  readonly id: string;
  readonly key: string;
  readonly locale: string;
  readonly category: TemplateCategory;
  readonly module: string;
  readonly store_id: string | null;
  readonly content: TemplateContent;
  readonly variables: readonly TemplateVariable[];
  /** What the emulated vendors call it. */
  readonly contentSid: string;
  readonly metaName: string;
  readonly metaId: string;
}

const CALLER = { tienda: "La Espiga Chapinero", horario: "hoy de 8:00 a 20:00" };
const NEAREST = { nombre: "Lucía", ...CALLER, enlace: "https://laespiga.example/chapinero" };
const BOOKING = {
  nombre: "Lucía",
  codigo: "R-1042",
  fecha: "viernes 5 de diciembre",
  lugar: "La Espiga Chapinero",
};
const VOICEMAIL = {
  tienda: "La Espiga Chapinero",
  telefono: "+573001234567",
  segundos: "12",
  texto: "Quiero encargar una torta.",
  enlace: "https://laespiga.example/v/1",
};
const CALLBACK = { nombre: "Lucía", pedido: "P-77", enlace: "https://laespiga.example/l/1" };
const INVOICE = {
  nombre: "Lucía",
  factura: "F-2041",
  importe: "120.000 pesos",
  vence: "5 de diciembre",
  enlace: "https://laespiga.example/f/2041",
};
const APPOINTMENT = {
  nombre: "Lucía",
  servicio: "corte",
  fecha: "05/12/2025",
  hora: "15:30",
  lugar: "La Espiga Chapinero",
};
const ORDER = { nombre: "Lucía", pedido: "P-77" };
const ACCESS = { nombre: "Lucía", lugar: "La Espiga Chapinero", hora: "20:30" };

/** Templates of the tenant; a shop's own version wins. Bodies are also what an SMS says. */
export const DEMO_TEMPLATES: readonly DemoTemplate[] = [
  template("tienda-cercana", "es", "crm", NEAREST, {
    body: "¡Hola {{ nombre }}! Gracias por llamar a {{ tienda }}. Horario: {{ horario }}. Cómo llegar y pedidos: {{ enlace }} ¡Te esperamos!",
  }),
  template("tienda-cercana", "en", "crm", NEAREST, {
    body: "Hi {{ nombre }}! Thanks for calling {{ tienda }}. Opening hours: {{ horario }}. Directions and orders: {{ enlace }} See you soon!",
  }),
  template("llamada-perdida", "es", "crm", CALLER, {
    body: "Hola, vimos tu llamada a {{ tienda }} y no pudimos atenderte. Responde a este mensaje o vuelve a llamarnos. Horario: {{ horario }}. ¡Gracias!",
  }),
  template("llamada-perdida", "en", "crm", CALLER, {
    body: "Hi, we missed your call to {{ tienda }}. Reply to this message or call again. Opening hours: {{ horario }}. Thank you!",
  }),
  template("reserva-confirmada", "es", "pms", BOOKING, {
    body: "Hola {{ nombre }}, tu reserva {{ codigo }} para el {{ fecha }} está confirmada. ¡Te esperamos en {{ lugar }} con mucho gusto!",
    footer: "Panaderías La Espiga",
    buttons: [
      { type: "quick_reply", text: "Confirmar", payload: "confirmar:{{ codigo }}" },
      { type: "quick_reply", text: "Cancelar", payload: "cancelar:{{ codigo }}" },
      { type: "url", text: "Ver la reserva", url: "https://laespiga.example/reservas/{{ codigo }}" },
    ],
  }),
  template("reserva-confirmada", "en", "pms", BOOKING, {
    body: "Hi {{ nombre }}, your reservation {{ codigo }} for {{ fecha }} is confirmed. See you at {{ lugar }} very soon!",
    footer: "La Espiga bakeries",
    buttons: [
      { type: "quick_reply", text: "Confirm", payload: "confirmar:{{ codigo }}" },
      { type: "quick_reply", text: "Cancel", payload: "cancelar:{{ codigo }}" },
      { type: "url", text: "Your reservation", url: "https://laespiga.example/reservas/{{ codigo }}" },
    ],
  }),
  template("recordatorio-cita", "es", "calendar", APPOINTMENT, {
    body: "Hola {{ nombre }}, te recordamos tu cita de {{ servicio }} el {{ fecha }} a las {{ hora }} en {{ lugar }}. ¿Vas a venir?",
    buttons: [
      { type: "quick_reply", text: "Confirmar", payload: "confirmar" },
      { type: "quick_reply", text: "Cancelar cita", payload: "cancelar" },
      { type: "quick_reply", text: "Cambiar la hora", payload: "cambiar" },
    ],
  }),
  template("recordatorio-cita", "en", "calendar", APPOINTMENT, {
    body: "Hi {{ nombre }}, this is a reminder of your {{ servicio }} appointment on {{ fecha }} at {{ hora }}, {{ lugar }}. Are you coming?",
    buttons: [
      { type: "quick_reply", text: "Confirm", payload: "confirmar" },
      { type: "quick_reply", text: "Cancel it", payload: "cancelar" },
      { type: "quick_reply", text: "Change the time", payload: "cambiar" },
    ],
  }),
  template("pedido-en-camino", "es", "pos", ORDER, {
    body: "Hola {{ nombre }}, tu pedido {{ pedido }} va en camino.",
  }),
  template("buzon-de-voz", "es", "crm", VOICEMAIL, {
    body: "Mensaje de voz en {{ tienda }} de {{ telefono }} ({{ segundos }} s): {{ texto }} Escúchelo aquí: {{ enlace }} y responda cuando pueda.",
  }),
  template("le-llamamos", "es", "pos", CALLBACK, {
    body: "Hola {{ nombre }}, tenemos noticias de su pedido {{ pedido }}. ¿Le llamamos ahora? Toque aquí: {{ enlace }} y sonará su teléfono.",
  }),
  template("recordatorio-pago", "es", "finance", INVOICE, {
    body: "Hola {{ nombre }}, la factura {{ factura }} de {{ importe }} vence el {{ vence }}. Puedes pagarla aquí: {{ enlace }} ¡Gracias!",
  }),
  template("acceso-digital", "es", "pms", ACCESS, {
    header: { type: "image", sample: DEMO_PICTURE.id },
    body: "Hola {{ nombre }}, este es tu código QR para entrar en {{ lugar }} a partir de las {{ hora }}. Muéstralo en la puerta.",
    footer: "No lo compartas con nadie",
  }),
  template("acceso-digital", "en", "pms", ACCESS, {
    header: { type: "image", sample: DEMO_PICTURE.id },
    body: "Hi {{ nombre }}, this is your QR code to enter {{ lugar }} from {{ hora }} onwards. Show it at the door.",
    footer: "Do not share it with anybody",
  }),
  template(
    "codigo-de-acceso",
    "es",
    "auth",
    { codigo: "482913" },
    {
      body: "{{ codigo }} es tu código de acceso a La Espiga.",
      buttons: [{ type: "otp", text: "Copiar código" }],
      code: { expiresMinutes: 10, recommendation: true },
    },
    "authentication",
  ),
  template(
    "codigo-de-acceso",
    "en",
    "auth",
    { codigo: "482913" },
    {
      body: "{{ codigo }} is your access code for La Espiga.",
      buttons: [{ type: "otp", text: "Copy code" }],
      code: { expiresMinutes: 10, recommendation: true },
    },
    "authentication",
  ),
  {
    ...template(
      "tienda-cercana",
      "es",
      "crm",
      NEAREST,
      {
        body: "¡Buenas, {{ nombre }}! Has llamado a {{ tienda }}, tu panadería del barrio. Horario: {{ horario }}. Cómo llegar: {{ enlace }} ¡Hasta pronto!",
      },
      "utility",
      "_gracia",
    ),
    store_id: "sto_demo_gracia",
  },
];

function template(
  key: string,
  locale: string,
  module: string,
  examples: Readonly<Record<string, string>>,
  content: TemplateContent,
  category: TemplateCategory = "utility",
  owner = "",
): DemoTemplate {
  const name = `${key.replaceAll("-", "_")}${owner}`;
  const hash = createHash("sha256").update(`${name}:${locale}`).digest("hex");
  return {
    id: `tpl_demo_${key.replaceAll("-", "_")}_${locale}${owner}`,
    key,
    locale,
    category,
    module,
    store_id: null,
    content,
    variables: Object.entries(examples).map(([variable, example]) => ({ name: variable, example })),
    contentSid: `HX${hash.slice(0, 32)}`,
    metaName: name,
    metaId: String(Number.parseInt(hash.slice(0, 11), 16)),
  };
}

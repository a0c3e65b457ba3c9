import type { Words } from "./words.ts";

/** A piece of a line on a card, read from the parameter at `at`. A piece with nothing to say is left out. */
export type Piece =
  /** What is said or sent, in quotes. */
  | { readonly quote: string }
  /** A value as it stands, with words before it. */
  | { readonly value: string; readonly before?: Words; readonly after?: Words }
  /** One of a few words, put differently for people; others as they stand, an empty one is left out. */
  | { readonly word: string; readonly words: Readonly<Record<string, Words>> }
  /** Entries of a list by their `label`, `title` or `name`, with where each leads if that is known. */
  | { readonly entries: string; readonly percent?: true; readonly joined?: string; readonly closed?: true }
  /** Ways to reach somebody, in their order. */
  | { readonly channels: string }
  | { readonly template: string }
  | { readonly duration: string }
  | { readonly seconds: string; readonly before?: Words; readonly factor?: number }
  | { readonly cases: string }
  | { readonly assigned: string }
  | { readonly hours: string }
  | { readonly keys: string }
  /** Names of what is taken in, of a schema that an author wrote. */
  | { readonly fields: string };

const toWords: Words = { en: "to", es: "a" };
const atMost: Words = { en: "at most", es: "como máximo" };

const MESSAGE: readonly (readonly Piece[])[] = [
  [{ channels: "channels" }, { template: "template.key" }],
  [{ quote: "text" }],
];

/** What a card says of a node of each type. Types that are not here say what their form asks first. */
export const ESSENCE_LINES: Readonly<Record<string, readonly (readonly Piece[])[]>> = {
  "api.run": [[{ fields: "input" }]],
  "core.called": [[{ fields: "input" }]],
  "http.webhook": [
    [
      {
        word: "respond",
        words: {
          ack: { en: "Answered at once", es: "Se responde enseguida" },
          reply: { en: "The flow answers", es: "Responde el flujo" },
        },
      },
    ],
  ],
  "core.schedule": [[{ value: "cron" }, { value: "timezone" }]],
  "data.event": [[{ value: "module" }, { value: "event" }]],
  "core.branch": [[{ cases: "cases" }]],
  "core.split": [[{ entries: "arms", percent: true }]],
  "core.set": [[{ assigned: "values" }]],
  "core.code": [[{ value: "code" }]],
  "core.wait": [[{ duration: "for" }, { value: "until", before: { en: "until", es: "hasta" } }]],
  "core.wait-for-callback": [[{ duration: "timeout" }]],
  "core.wait-for-signal": [[{ quote: "signal" }, { duration: "timeout" }]],
  "core.for-each": [[{ value: "list" }]],
  "core.parallel": [[{ entries: "branches" }]],
  "core.join": [
    [
      {
        word: "mode",
        words: {
          all: { en: "When all are done", es: "Cuando terminen todas" },
          any: { en: "When the first is done", es: "Cuando termine la primera" },
          count: { en: "When some are done", es: "Cuando terminen algunas" },
        },
      },
      { seconds: "timeoutSeconds", before: atMost },
    ],
  ],
  "core.call-flow": [[{ value: "flow" }]],
  "core.hours": [
    [
      {
        word: "of",
        words: {
          tenant: { en: "Hours of the business", es: "Horario del negocio" },
          group: { en: "Hours of the group", es: "Horario del grupo" },
          store: { en: "Hours of the store", es: "Horario de la tienda" },
          custom: { en: "", es: "" },
        },
      },
      { hours: "hours" },
    ],
  ],
  "core.goal": [[{ value: "name" }, { value: "value" }, { value: "currency" }]],
  "core.end": [[{ value: "outcome" }]],
  "core.reply": [[{ value: "status" }, { quote: "body" }, { value: "json" }]],
  "data.get": [[{ value: "table" }, { value: "key" }]],
  "data.put": [[{ value: "table" }, { value: "key" }, { value: "value" }]],
  "http.request": [[{ value: "method" }, { value: "url" }]],
  "twilio.say": [[{ quote: "text" }, { value: "audioUrl" }]],
  "twilio.gather": [[{ quote: "prompt.text" }], [{ keys: "digitPorts" }]],
  "twilio.connect-call": [
    [
      {
        word: "target",
        words: {
          numbers: { en: "", es: "" },
          store_mobile: { en: "The store's mobile", es: "El móvil de la tienda" },
          store_landline: { en: "The store's landline", es: "El fijo de la tienda" },
          store_lines: { en: "The store's phones", es: "Los teléfonos de la tienda" },
          group_stores: { en: "All stores of the group", es: "Todas las tiendas del grupo" },
          sip: { en: "SIP", es: "SIP" },
          client: { en: "App", es: "Aplicación" },
          conference: { en: "Conference", es: "Conferencia" },
          queue: { en: "Queue", es: "Cola" },
        },
      },
      { entries: "to" },
      { seconds: "timeoutSeconds" },
    ],
  ],
  "twilio.enqueue": [[{ value: "queue" }, { seconds: "maxWaitSeconds", before: atMost }]],
  "twilio.pay": [[{ value: "amount" }, { value: "currency" }, { value: "description" }]],
  "twilio.make-call": [[{ value: "to", before: toWords }]],
  "twilio.voicemail": [[{ quote: "prompt.text" }], [{ seconds: "maxSeconds", before: atMost }]],
  "twilio.lookup": [[{ value: "number" }]],
  "twilio.verify": [[{ channels: "channels" }]],
  "twilio.verify-start": [[{ channels: "channel" }, { value: "to", before: toWords }]],
  "twilio.verify-check": [[{ value: "code" }]],
  "twilio.send-message": [[{ quote: "body" }, { template: "contentSid" }]],
  "twilio.record-call": [
    [
      {
        word: "action",
        words: {
          start: { en: "Begin", es: "Empezar" },
          stop: { en: "Stop", es: "Parar" },
          pause: { en: "Pause", es: "Pausar" },
          resume: { en: "Go on", es: "Seguir" },
        },
      },
      { quote: "announcement.text" },
    ],
  ],
  "meta.send": [[{ quote: "text" }, { template: "template.name" }]],
  "messaging.status": [
    [{ channels: "channels" }, { template: "template" }, { entries: "statuses", closed: true }],
  ],
  "messaging.send": MESSAGE,
  "messaging.send-and-wait": [
    [{ channels: "channels" }, { template: "template.key" }, { quote: "text" }],
    [{ entries: "choices" }],
  ],
  "messaging.template": [[{ channels: "channels" }, { template: "template" }]],
  "messaging.bulk": [...MESSAGE],
  "messaging.consent": [
    [
      {
        word: "action",
        words: {
          read: { en: "Look it up", es: "Consultar" },
          grant: { en: "Note that it was given", es: "Anotar que lo da" },
          deny: { en: "Note that it was denied", es: "Anotar que lo niega" },
        },
      },
      { channels: "channels" },
    ],
  ],
  "messaging.window": [[{ value: "person" }]],
  "messaging.handoff": [[{ value: "team" }, { quote: "note" }]],
  "messaging.wait-for-click": [[{ seconds: "minutes", factor: 60, before: atMost }]],
  "stores.route": [[{ entries: "strategies", joined: " → ", closed: true }]],
  "stores.menu": [[{ quote: "intro" }]],
  "geo.locate": [[{ entries: "sources", joined: " → ", closed: true }]],
  "credits.check": [[{ channels: "meter" }]],
  "credits.deduct": [
    [
      {
        word: "mode",
        words: {
          settle: { en: "What was used so far", es: "Lo usado hasta ahora" },
          amount: { en: "", es: "" },
        },
      },
      { value: "amount" },
      { channels: "meter" },
    ],
  ],
};

/** Ways and meters as people call them. */
export const CHANNEL_WORDS: Readonly<Record<string, Words>> = {
  whatsapp: { en: "WhatsApp", es: "WhatsApp" },
  sms: { en: "SMS", es: "SMS" },
  voice: { en: "Calls", es: "Llamadas" },
  call: { en: "Call", es: "Llamada" },
  email: { en: "E-mail", es: "Correo" },
  lookup: { en: "Lookups", es: "Consultas" },
  verify: { en: "Verifications", es: "Verificaciones" },
  ai: { en: "AI", es: "IA" },
};

/** Values of closed lists as people call them; others stand as they are. */
export const VALUE_WORDS: Readonly<Record<string, Words>> = {
  area_code: { en: "area code", es: "prefijo" },
  city: { en: "city", es: "ciudad" },
  contact: { en: "what is known of them", es: "lo que se sabe" },
  country: { en: "country", es: "país" },
  delivered: { en: "delivered", es: "entregado" },
  distance: { en: "distance", es: "distancia" },
  failed: { en: "failed", es: "fallido" },
  ip: { en: "IP address", es: "dirección IP" },
  last_store: { en: "store of the last time", es: "tienda de la última vez" },
  load: { en: "who is least busy", es: "la menos ocupada" },
  number: { en: "phone number", es: "número de teléfono" },
  open_now: { en: "open now", es: "abierta ahora" },
  postal_code: { en: "postal code", es: "código postal" },
  provider: { en: "web service", es: "servicio web" },
  read: { en: "read", es: "leído" },
  region: { en: "region", es: "región" },
  sent: { en: "sent", es: "enviado" },
  webhook: { en: "what the vendor says", es: "lo que dice la operadora" },
};

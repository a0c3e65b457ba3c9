import type { JsonObject } from "../core/json.ts";

/** The tenant of the first start: a bakery chain in Colombia and Spain whose shops share one number. */
export const DEMO = {
  tenant: {
    id: "ten_demo",
    name: "Panaderías La Espiga",
    country: "CO",
    timezone: "America/Bogota",
    locale: "es-CO",
    hours: weekly("08:00", "20:00"),
    settings: { quietHours: { from: "21:00", to: "08:00" } },
  },
  plan: "business",
  group: { id: "grp_demo", name: "La Espiga", timezone: "America/Bogota" },
  numbers: {
    /** Shared by all shops: the main job. */
    shared: "+576015550100",
    landline: "+576045550102",
    menu: "+576025550103",
    missed: "+34910550104",
    voicemail: "+576015550170",
    callback: "+576015550171",
    survey: "+576015550172",
    meta: "+573005550199",
    catalogue: "+573005550198",
    codes: "+576015550107",
    queue: "+576015550120",
    pay: "+576015550121",
    agents: "+576015550122",
    /** WhatsApp and SMS to the people of the shop. */
    support: "+576015550106",
    /** An agent answers. */
    agent: "+576015550108",
  },
  caller: "+573001234567",
  /** Known to everybody who reads this; let in only while vendors are emulated, and never in production. */
  signIn: { email: "demo@laespiga.example", password: "espiga-demo" },
} as const;

export const DEMO_STORES = [
  store("chapinero", "La Espiga Chapinero", {
    city: "Bogotá",
    region: "Bogotá D.C.",
    country: "CO",
    postalCode: "110231",
    lat: 4.6486,
    lon: -74.0628,
    timezone: "America/Bogota",
    address: "Carrera 13 #53-20",
    landline: "+576015550101",
    mobile: "+573105550101",
    open: "00:00",
    close: "24:00",
  }),
  store("poblado", "La Espiga El Poblado", {
    city: "Medellín",
    region: "Antioquia",
    country: "CO",
    postalCode: "050021",
    lat: 6.2088,
    lon: -75.5675,
    timezone: "America/Bogota",
    address: "Calle 10 #38-15",
    landline: "+576045550102",
    mobile: "+573105550102",
    open: "07:00",
    close: "21:00",
  }),
  store("granada", "La Espiga Granada", {
    city: "Cali",
    region: "Valle del Cauca",
    country: "CO",
    postalCode: "760045",
    lat: 3.4584,
    lon: -76.5341,
    timezone: "America/Bogota",
    address: "Avenida 9N #15-30",
    landline: "+576025550105",
    mobile: "+573105550103",
    open: "07:00",
    close: "20:00",
  }),
  store("salamanca", "La Espiga Salamanca", {
    city: "Madrid",
    region: "Madrid",
    country: "ES",
    postalCode: "28001",
    lat: 40.4254,
    lon: -3.6826,
    timezone: "Europe/Madrid",
    address: "Calle de Serrano 41",
    landline: "+34910550104",
    mobile: "+34600550104",
    open: "07:30",
    close: "21:00",
  }),
  store("gracia", "La Espiga Gràcia", {
    city: "Barcelona",
    region: "Barcelona",
    country: "ES",
    postalCode: "08012",
    lat: 41.4023,
    lon: 2.1564,
    timezone: "Europe/Madrid",
    address: "Carrer de Verdi 28",
    landline: "+34930550105",
    mobile: "+34600550105",
    open: "07:30",
    close: "20:30",
  }),
] as const;

/** Which of the example flows answers which number. */
export const DEMO_NUMBERS = [
  {
    id: "num_demo_shared",
    e164: DEMO.numbers.shared,
    label: "Compartido",
    provider: "twilio",
    voice: true,
    sms: true,
    whatsapp: true,
    group_id: DEMO.group.id,
    voice_flow_key: "shared-number-router",
  },
  {
    id: "num_demo_landline",
    e164: DEMO.numbers.landline,
    label: "Fijo El Poblado",
    provider: "twilio",
    voice: true,
    store_id: "sto_demo_poblado",
    voice_flow_key: "landline-to-mobile",
  },
  {
    id: "num_demo_menu",
    e164: DEMO.numbers.menu,
    label: "Central de pedidos",
    provider: "twilio",
    voice: true,
    voice_flow_key: "ivr-sales-support-reservations",
  },
  {
    id: "num_demo_missed",
    e164: DEMO.numbers.missed,
    label: "Fijo Salamanca",
    provider: "twilio",
    voice: true,
    sms: true,
    store_id: "sto_demo_salamanca",
    voice_flow_key: "missed-call-to-whatsapp",
  },
  {
    id: "num_demo_verify",
    e164: DEMO.numbers.codes,
    label: "Gestiones con código",
    provider: "twilio",
    voice: true,
    sms: true,
    whatsapp: true,
    group_id: DEMO.group.id,
    voice_flow_key: "otp-on-call",
    message_flow_key: "otp-in-chat",
  },
  {
    id: "num_demo_queue",
    e164: DEMO.numbers.queue,
    label: "Pedidos",
    provider: "twilio",
    voice: true,
    voice_flow_key: "call-queue-with-callback",
  },
  {
    id: "num_demo_agents",
    e164: DEMO.numbers.agents,
    label: "Atender pedidos",
    provider: "twilio",
    voice: true,
    voice_flow_key: "queue-agent",
  },
  {
    id: "num_demo_pay",
    e164: DEMO.numbers.pay,
    label: "Pagos",
    provider: "twilio",
    voice: true,
    voice_flow_key: "pay-by-phone",
  },
  {
    id: "num_demo_voicemail",
    e164: DEMO.numbers.voicemail,
    label: "Fijo Granada",
    provider: "twilio",
    voice: true,
    store_id: "sto_demo_granada",
    voice_flow_key: "after-hours-voicemail",
  },
  {
    id: "num_demo_callback",
    e164: DEMO.numbers.callback,
    label: "Te llamamos",
    provider: "twilio",
    voice: true,
    sms: true,
    store_id: "sto_demo_granada",
    message_flow_key: "voice-callback",
  },
  {
    id: "num_demo_survey",
    e164: DEMO.numbers.survey,
    label: "Encuesta",
    provider: "twilio",
    voice: true,
    voice_flow_key: "supervised-survey",
  },
  {
    id: "num_demo_meta",
    e164: DEMO.numbers.meta,
    label: "WhatsApp Salamanca",
    provider: "meta",
    provider_id: "100000000000001",
    whatsapp: true,
    store_id: "sto_demo_salamanca",
  },
  {
    id: "num_demo_whatsapp_catalogue",
    e164: DEMO.numbers.catalogue,
    label: "WhatsApp catálogo",
    provider: "meta",
    provider_id: "100000000000002",
    whatsapp: true,
    message_flow_key: "whatsapp-catalogue",
  },
  {
    id: "num_demo_support",
    e164: DEMO.numbers.support,
    label: "Atención",
    provider: "twilio",
    sms: true,
    whatsapp: true,
    message_flow_key: "support-handoff",
  },
  {
    id: "num_demo_virtual_assistant",
    e164: DEMO.numbers.agent,
    label: "Asistente",
    provider: "twilio",
    sms: true,
    whatsapp: true,
    message_flow_key: "whatsapp-ai-reply",
    voice: true,
    voice_flow_key: "voice-agent-reception",
  },
] as const;

/** Communication credits by plan; null = unlimited. */
export const PLANS = [
  {
    id: "pln_pro",
    code: "pro",
    name: "Pro",
    sms_monthly: 50,
    whatsapp_monthly: 50,
    voice_minutes_monthly: 0,
    voice_agent: false,
    ai_monthly: 0,
  },
  {
    id: "pln_business",
    code: "business",
    name: "Business",
    sms_monthly: 200,
    whatsapp_monthly: 200,
    voice_minutes_monthly: 30,
    voice_agent: false,
    ai_monthly: 300,
  },
  {
    id: "pln_ultimate",
    code: "ultimate",
    name: "Ultimate",
    sms_monthly: 1000,
    whatsapp_monthly: 1000,
    voice_minutes_monthly: 200,
    voice_agent: true,
    ai_monthly: 2000,
  },
  {
    id: "pln_enterprise",
    code: "enterprise",
    name: "Enterprise",
    sms_monthly: null,
    whatsapp_monthly: null,
    voice_minutes_monthly: null,
    voice_agent: true,
    ai_monthly: null,
  },
] as const;

/** What the demo's operator asks for one unit, in US dollars; voice by the minute. `*` is any other country. */
export const DEMO_PRICES = [
  price("sms", "*", "0.0075"),
  price("sms", "CO", "0.0075"),
  price("sms", "ES", "0.0790"),
  price("whatsapp", "*", "0.0050"),
  price("voice", "*", "0.0220"),
  price("lookup", "*", "0.0050"),
  price("verify", "*", "0.0500"),
  price("geolocation", "*", "0.0010"),
] as const;

/** Money of one US dollar. */
export const DEMO_RATES = [
  { currency: "COP", per_usd: "4000", valid_from: "2026-01-01" },
  { currency: "EUR", per_usd: "0.90", valid_from: "2026-01-01" },
  { currency: "MXN", per_usd: "18", valid_from: "2026-01-01" },
] as const;

function price(meter: string, country: string, unit_price: string) {
  return { meter, country, currency: "USD", unit_price, valid_from: "2026-01-01" };
}

interface Place {
  readonly city: string;
  readonly region: string;
  readonly country: string;
  readonly postalCode: string;
  readonly lat: number;
  readonly lon: number;
  readonly timezone: string;
  readonly address: string;
  readonly landline: string;
  readonly mobile: string;
  readonly open: string;
  readonly close: string;
}

function store(slug: string, name: string, place: Place) {
  const { postalCode, open, close, ...columns } = place;
  return {
    id: `sto_demo_${slug}`,
    group_id: DEMO.group.id,
    name,
    ...columns,
    postal_code: postalCode,
    website: `https://laespiga.example/${slug}`,
    hours: weekly(open, close),
  };
}

function weekly(from: string, to: string): JsonObject {
  const day = [{ from, to }];
  const weekend = [{ from: "08:00", to: "14:00" }];
  return {
    weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: weekend },
    holidays: [
      { date: "2026-12-25", name: "Navidad" },
      { date: "2027-01-01", name: "Año Nuevo" },
    ],
  };
}

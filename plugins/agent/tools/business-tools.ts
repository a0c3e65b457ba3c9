import type { EffectOutcome, Json, JsonObject } from "../../../engine/plugin-api.ts";
import { redactAll } from "../privacy/redact.ts";
import { redactionOf } from "../privacy/redaction-of.ts";
import type { ToolOutcome } from "../turn/events.ts";
import { type ErpAccount, type ErpAnswer, type ErpConnector, httpErp } from "./erp.ts";
import { type ToolOrder, type ToolShape, toldAs } from "./tool.ts";

const text = (description: string, maxLength = 200) => ({
  type: "string",
  minLength: 1,
  maxLength,
  description,
});
const date = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "AAAA-MM-DD" };
const time = { type: "string", pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", description: "HH:MM" };
const people = { type: "integer", minimum: 1, maximum: 100 };

function object(properties: JsonObject, required: readonly string[]): JsonObject {
  return { type: "object", properties, required: [...required], additionalProperties: false };
}

/** A tool that the business system answers. */
export interface BusinessTool extends ToolShape {
  ask(erp: ErpConnector, order: ToolOrder, key: string): Promise<ErpAnswer>;
}

/** Who is asking is known from the conversation; a model has no say in it. */
const withPerson = ({ arguments: wish, person }: ToolOrder): JsonObject => ({
  ...wish,
  telefono: person.contact,
});

const words = (es: string, en: string, labels: readonly (readonly [string, string, string])[] = []) => ({
  es: { says: es, labels: Object.fromEntries(labels.map(([name, spanish]) => [name, spanish])) },
  en: { says: en, labels: Object.fromEntries(labels.map(([name, , english]) => [name, english])) },
});

const RESERVATION = [
  ["servicio", "servicio", "service"],
  ["fecha", "fecha", "date"],
  ["hora", "hora", "time"],
  ["personas", "personas", "people"],
  ["nombre", "a nombre de", "in the name of"],
] as const;

export const BUSINESS_TOOLS: readonly BusinessTool[] = [
  {
    name: "consultar_disponibilidad",
    class: "read",
    description: "Mira si hay sitio (mesa, habitación, plaza …) en una fecha. Úsala antes de reservar.",
    parameters: object(
      { fecha: date, hora: time, personas: people, servicio: text("mesa, habitacion …", 60) },
      ["fecha", "personas"],
    ),
    words: words("mirar la disponibilidad", "look for a free place"),
    ask: (erp, { arguments: wish }) => erp.availability(wish),
  },
  {
    name: "crear_reserva",
    class: "write",
    description: "Hace una reserva. Solo cuando se sepan fecha, personas y nombre.",
    parameters: object(
      {
        fecha: date,
        hora: time,
        personas: people,
        servicio: text("mesa, habitacion …", 60),
        nombre: text("De quién"),
      },
      ["fecha", "personas", "nombre"],
    ),
    words: words("hacer la reserva", "make the reservation", RESERVATION),
    ask: (erp, order, key) => erp.reserve(withPerson(order), key),
  },
  {
    name: "consultar_pedido",
    class: "read",
    description: "Dice cómo va un pedido, por su número.",
    parameters: object({ numero: text("Número del pedido", 40) }, ["numero"]),
    words: words("consultar el pedido", "look up the order"),
    ask: (erp, { arguments: { numero } }) => erp.order(String(numero)),
  },
  {
    name: "registrar_pedido",
    class: "write",
    description: "Registra un pedido nuevo. Solo cuando se sepa qué quiere y a nombre de quién.",
    parameters: object(
      { productos: text("Qué y cuánto", 500), nombre: text("De quién"), entrega: text("Cuándo o dónde") },
      ["productos", "nombre"],
    ),
    words: words("registrar el pedido", "place the order", [
      ["productos", "productos", "products"],
      ["entrega", "entrega", "delivery"],
      ["nombre", "a nombre de", "in the name of"],
    ]),
    ask: (erp, order, key) => erp.placeOrder(withPerson(order), key),
  },
  {
    name: "agendar_cita",
    class: "write",
    description: "Agenda una cita.",
    parameters: object({ fecha: date, hora: time, nombre: text("De quién"), motivo: text("Para qué", 300) }, [
      "fecha",
      "hora",
      "nombre",
    ]),
    words: words("agendar la cita", "make the appointment", [
      ["fecha", "fecha", "date"],
      ["hora", "hora", "time"],
      ["motivo", "motivo", "reason"],
      ["nombre", "a nombre de", "in the name of"],
    ]),
    ask: (erp, order, key) => erp.appoint(withPerson(order), key),
  },
  {
    name: "consultar_horarios",
    class: "read",
    description: "Dice a qué horas se abre.",
    parameters: object({ fecha: date }, []),
    words: words("consultar el horario", "look up the opening hours"),
    ask: (erp, { arguments: wish }) => erp.hours(wish),
  },
  {
    name: "consultar_saldo",
    class: "read",
    description: "Dice el saldo de quien escribe. De nadie más.",
    parameters: object({}, []),
    words: words("consultar el saldo", "look up the balance"),
    ask: (erp, { person }) => erp.balance(person.contact),
  },
];

export async function runBusinessTool(tool: BusinessTool, order: ToolOrder): Promise<ToolOutcome> {
  const erp = httpErp(order.ctx.fetch, await order.ctx.credential<ErpAccount>("agent.erp"));
  if (tool.class !== "write") return outcomeOf(await tool.ask(erp, order, ""));
  const { ctx, part, person } = order;
  const done = await ctx.once(
    part,
    {
      kind: "tool",
      provider: "agent",
      to: person.contact,
      details: {
        tool: tool.name,
        arguments: redactAll(order.arguments, redactionOf(ctx, ctx.locale, person.contact)),
      },
      // The system fulfils a key once, so to ask again does no harm.
      onDoubt: "resend",
      find: async ({ effectId }) => acceptedOf(effectOf(await tool.ask(erp, order, effectId))),
    },
    async ({ effectId }) => effectOf(await tool.ask(erp, order, effectId)),
  );
  return outcomeOf(answerOf(done));
}

function acceptedOf(outcome: EffectOutcome) {
  return outcome.state === "accepted" ? outcome : null;
}

function effectOf(answer: ErpAnswer): EffectOutcome {
  if (answer.kind === "found")
    return { state: "accepted", ref: refOf(answer.data), status: "delivered", data: answer.data };
  const message =
    answer.kind === "silent" ? "the business system did not answer" : JSON.stringify(answer.data);
  return { state: "refused", reason: "other", vendorCode: answer.kind, message: message.slice(0, 1_000) };
}

function answerOf(outcome: EffectOutcome): ErpAnswer {
  if (outcome.state === "accepted") return { kind: "found", data: outcome.data ?? {} };
  if (outcome.state !== "refused" || outcome.vendorCode === "silent") return { kind: "silent" };
  return { kind: "missing", data: { error: outcome.message } };
}

function refOf(data: JsonObject): string {
  const found = [data.codigo, data.numero, data.id].find(
    (value): value is Json & string => typeof value === "string",
  );
  return found ?? "";
}

function outcomeOf(answer: ErpAnswer): ToolOutcome {
  if (answer.kind === "found") return { text: toldAs(answer.data) };
  if (answer.kind === "missing")
    return { text: toldAs({ error: "not found or not possible", ...answer.data }) };
  return {
    text: toldAs({
      error: "the system does not answer",
      mensaje: "Ahora mismo no puedo consultarlo. Si quiere, una persona del equipo se lo confirma.",
    }),
  };
}

import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { EmulatedAnswer } from "./answer.ts";
import { type ChatMessage, type ChatRequest, isObject } from "./chat-request.ts";
import { shapedAnswer } from "./shaped-answer.ts";
import { plain, type Slots, slotsOf } from "./spanish-slots.ts";

/**
 * A model made of rules: it asks for what is missing, calls the tools it was given and says what they found. The same
 * conversation gets the same answer, so a demo and a test of it need no key.
 */
export function answerByRules(request: ChatRequest): EmulatedAnswer {
  if (request.shape) return shapedAnswer(request, request.shape);
  const scene = sceneOf(request);
  const last = request.messages.at(-1);
  if (last?.role === "tool") return aboutResult(scene, last);
  return aboutWords(scene);
}

interface Scene {
  readonly request: ChatRequest;
  readonly said: readonly string[];
  readonly slots: Slots;
  readonly topic: Topic | null;
  can(tool: string): boolean;
}

type Topic = "reserva" | "pedido" | "encargo" | "cita" | "saldo" | "horario" | "recado" | "adios" | "saludo";

const TOPICS: readonly (readonly [Topic, RegExp])[] = [
  ["adios", /\b(adios|hasta luego|nada mas|eso es todo|eso seria todo|gracias por todo)\b/],
  ["cita", /\b(cita|turno|consulta medica)\b/],
  ["reserva", /\b(reserv\w*|mesa|habitacion|hospedar\w*|alojar\w*)\b/],
  ["saldo", /\b(saldo|debo|cuenta pendiente|factura pendiente)\b/],
  ["encargo", /\b(encarg\w+|hacer un pedido|quiero pedir|quisiera pedir)\b/],
  ["pedido", /\b(pedido|paquete|envio)\b/],
  ["horario", /\b(horarios?|abren|cierran|abierto|abiertos|cerrado|donde estan|direccion)\b/],
  ["recado", /\b(recado|dejar un mensaje|que me llamen|devuelvan la llamada)\b/],
  ["saludo", /^(hola|buenas|buenos dias|buenas tardes|buenas noches)[\s.,!¡]*$/],
];

function sceneOf(request: ChatRequest): Scene {
  const said = request.messages.filter(({ role }) => role === "user").map(({ content }) => content);
  const instructions = request.messages.find(({ role }) => role === "system" || role === "developer");
  const today =
    /(?:Hoy es|Today is) (\d{4}-\d\d-\d\d)/.exec(instructions?.content ?? "")?.[1] ?? "2026-01-01";
  const names = new Set(request.tools.map(({ name }) => name));
  return {
    request,
    said,
    slots: slotsOf(said, today),
    topic: said.map(topicOf).findLast((topic) => topic !== null) ?? null,
    can: (tool) => names.has(tool),
  };
}

function topicOf(text: string): Topic | null {
  return TOPICS.find(([, pattern]) => pattern.test(plain(text)))?.[0] ?? null;
}

// ------------------------------------------------------------------------------------------------ what the person said

function aboutWords(scene: Scene): EmulatedAnswer {
  const last = plain(scene.said.at(-1) ?? "");
  if (/^no\b/.test(last) && /¿Lo confirma\?$/.test(lastAnswer(scene)))
    return say("De acuerdo, no hago nada. ¿Qué cambiamos?");
  if (/^(no|nada|gracias|muchas gracias)([\s.,!]+(gracias|nada mas|muchas gracias))?[\s.,!]*$/.test(last))
    return bye(scene);
  switch (scene.topic) {
    case "adios":
      return bye(scene);
    case "reserva":
      return reserve(scene);
    case "cita":
      return appoint(scene);
    case "saldo":
      return look(scene, "consultar_saldo", {}, "No puedo consultar saldos por aquí.");
    case "pedido":
      return findOrder(scene);
    case "encargo":
      return order(scene);
    case "horario":
      return hours(scene);
    case "recado":
      return look(scene, "take_message", { mensaje: scene.said.at(-1) ?? "" }, "Tomo nota.");
    default:
      return quote(scene) ?? say("¡Hola! Puedo ayudarle con reservas, pedidos y horarios. ¿Qué necesita?");
  }
}

function lastAnswer({ request }: Scene): string {
  return request.messages.findLast(({ role }) => role === "assistant")?.content ?? "";
}

function bye(scene: Scene): EmulatedAnswer {
  const tool = scene.request.tools.find(({ name }) => name === "end_call");
  if (!tool) return say("¡Gracias a usted! Que tenga un buen día.");
  const exits = enumOf(tool.parameters, "salida");
  const done = scene.request.messages.some(({ content }) => /"codigo"/.test(content));
  const exit = exits.find((name) => (done ? /reserv|pedido|cita/ : /inform|otro|fin/).test(name)) ?? exits[0];
  return call("end_call", {
    ...(exit === undefined ? {} : { salida: exit }),
    resumen: scene.said.join(" / ").slice(0, 200),
  });
}

function reserve(scene: Scene): EmulatedAnswer {
  const { fecha, hora, personas, nombre } = scene.slots;
  const isRoom = scene.said.some((text) => /habitaci[oó]n|hosped|aloj/i.test(text));
  if (fecha === null) return say("Con gusto. ¿Para qué fecha?");
  if (personas === null) return say("¿Para cuántas personas?");
  if (hora === null && !isRoom) return say("¿A qué hora?");
  const wish = {
    fecha,
    ...(hora === null ? {} : { hora }),
    personas,
    servicio: isRoom ? "habitacion" : "mesa",
  };
  if (scene.can("consultar_disponibilidad") && !isKnownFree(scene, wish))
    return call("consultar_disponibilidad", wish);
  if (nombre === null) return say("¿A nombre de quién hago la reserva?");
  if (!scene.can("crear_reserva")) return say("Hay disponibilidad, pero no puedo reservar por aquí.");
  return call("crear_reserva", { ...wish, nombre });
}

/** It was looked up with these very values, and was free. */
function isKnownFree({ request }: Scene, wish: JsonObject): boolean {
  const asked = request.messages.flatMap(({ calls }) => calls);
  return asked.some(({ id, name, arguments: args }) => {
    if (name !== "consultar_disponibilidad" || args !== JSON.stringify(wish)) return false;
    return resultOf(request.messages.find(({ callId }) => callId === id)).disponible === true;
  });
}

function appoint(scene: Scene): EmulatedAnswer {
  const { fecha, hora, nombre } = scene.slots;
  if (fecha === null) return say("Claro. ¿Para qué día quiere la cita?");
  if (hora === null) return say("¿A qué hora le viene bien?");
  if (nombre === null) return say("¿A nombre de quién?");
  return look(scene, "agendar_cita", { fecha, hora, nombre }, "No puedo agendar citas por aquí.");
}

function findOrder(scene: Scene): EmulatedAnswer {
  const { pedido } = scene.slots;
  if (pedido === null) return say("¿Me dice el número de su pedido? Por ejemplo: pedido 1001.");
  return look(scene, "consultar_pedido", { numero: pedido }, "No puedo consultar pedidos por aquí.");
}

function order(scene: Scene): EmulatedAnswer {
  const { productos, nombre } = scene.slots;
  if (productos === null) return say("¿Qué quiere encargar?");
  if (nombre === null) return say("¿A nombre de quién?");
  return look(scene, "registrar_pedido", { productos, nombre }, "No puedo tomar pedidos por aquí.");
}

function hours(scene: Scene): EmulatedAnswer {
  const tool = ["consultar_horarios", "get_business_info"].find(scene.can) ?? "";
  return look(scene, tool, {}, quote(scene)?.text ?? "Abrimos de lunes a sábado.");
}

function look(scene: Scene, tool: string, values: JsonObject, otherwise: string): EmulatedAnswer {
  return scene.can(tool) ? call(tool, values) : say(otherwise);
}

/** The passage of the instructions that shares most words with the question. */
function quote({ request, said }: Scene): EmulatedAnswer | null {
  const instructions = request.messages[0]?.content ?? "";
  const passages = [...instructions.matchAll(/<passage document=[^>]*>([\s\S]*?)<\/passage>/g)].map(
    ([, text = ""]) => text.trim(),
  );
  const asked = contentWords(said.at(-1) ?? "");
  const ranked = passages
    .map((text) => ({ text, shared: contentWords(text).filter((word) => asked.includes(word)).length }))
    .toSorted((a, b) => b.shared - a.shared);
  const [best] = ranked;
  return best && best.shared > 0 ? say(best.text) : null;
}

function contentWords(text: string): string[] {
  return (
    plain(text)
      .match(/[\p{L}\d]{4,}/gu)
      ?.map((word) => word.slice(0, 5)) ?? []
  );
}

// ------------------------------------------------------------------------------------------------ what a tool found

function aboutResult(scene: Scene, last: ChatMessage): EmulatedAnswer {
  const name = calledAs(scene, last);
  const result = resultOf(last);
  if (Object.keys(result).length === 0 || "error" in result)
    return say(
      String(result.mensaje ?? result.error ?? "No lo he podido averiguar. ¿Le ayudo con otra cosa?"),
    );
  switch (name) {
    case "consultar_disponibilidad":
      if (result.disponible !== true)
        return say(`No hay disponibilidad para esa fecha. ${String(result.mensaje ?? "¿Prefiere otra?")}`);
      return reserve(scene);
    case "crear_reserva":
      return say(`Listo, su reserva quedó confirmada con el código ${String(result.codigo)}. ¿Algo más?`);
    case "agendar_cita":
      return say(`Su cita quedó agendada con el código ${String(result.codigo)}. ¿Algo más?`);
    case "registrar_pedido":
      return say(`Su pedido quedó registrado con el número ${String(result.numero)}. ¿Algo más?`);
    case "consultar_pedido":
      return say(`Su pedido ${String(result.numero)} está ${String(result.estado)}. ¿Algo más?`);
    case "consultar_saldo":
      return say(`Su saldo es de ${String(result.saldo)} ${String(result.moneda)}. ¿Algo más?`);
    default:
      return say(`${String(result.mensaje ?? result.texto ?? JSON.stringify(result))} ¿Algo más?`);
  }
}

function calledAs({ request }: Scene, { callId }: ChatMessage): string {
  return request.messages.flatMap(({ calls }) => calls).find(({ id }) => id === callId)?.name ?? "";
}

function resultOf(message: ChatMessage | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(message?.content ?? "");
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function enumOf(parameters: JsonObject, name: string): readonly string[] {
  const property = isObject(parameters.properties) ? parameters.properties[name] : null;
  const values = isObject(property) && Array.isArray(property.enum) ? property.enum : [];
  return values.filter((value) => typeof value === "string");
}

function say(text: string): EmulatedAnswer {
  return { text };
}

function call(name: string, values: JsonObject): EmulatedAnswer {
  return { calls: [{ name, arguments: values }] };
}

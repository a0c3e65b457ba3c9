import type { ServerResponse } from "node:http";
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { isObject } from "./chat-request.ts";
import { type HttpCall, json } from "./server.ts";

/** What the demo business keeps: written once per idempotency key, however often it is asked to. */
export interface DemoErp {
  answer(call: HttpCall, response: ServerResponse): void;
}

interface Written {
  readonly kind: "reservation" | "order" | "appointment";
  readonly ref: string;
  readonly details: JsonObject;
}

type Answer = readonly [status: number, body: JsonObject];

const ORDERS: Readonly<Record<string, JsonObject>> = {
  "1001": { numero: "1001", estado: "en camino", entrega: "hoy antes de las 18:00" },
  "1002": { numero: "1002", estado: "entregado", entrega: "ayer" },
  "1003": { numero: "1003", estado: "en preparación", entrega: "mañana" },
};
const MOST_PEOPLE = 12;
const HOURS = "De lunes a sábado de 8:00 a 20:00; domingos de 8:00 a 14:00.";

/** An ERP that speaks the connector's protocol below `/erp`; `apiKey` opens it. */
export function createDemoErp(apiKey: string, onWritten: (entry: Written) => void): DemoErp {
  const answered = new Map<string, Answer>();
  let counter = 0;
  const write = (kind: Written["kind"], prefix: string, field: string, details: JsonObject): Answer => {
    counter += 1;
    const ref = `${prefix}-${String(counter).padStart(4, "0")}`;
    onWritten({ kind, ref, details });
    return [201, { [field]: ref, ...details }];
  };
  const once = (key: string, act: () => Answer): Answer => {
    const known = answered.get(key);
    if (known) return known;
    const answer = act();
    answered.set(key, answer);
    return answer;
  };
  const writeTo = (call: HttpCall, [kind, prefix, field]: Writing): Answer => {
    const key = call.headers["idempotency-key"];
    if (typeof key !== "string") return [400, { error: "Idempotency-Key is missing" }];
    const details = (isObject(call.body) ? call.body : {}) as JsonObject;
    return once(`${call.path} ${key}`, () => write(kind, prefix, field, details));
  };
  const answerTo = (call: HttpCall): Answer => {
    if (call.headers.authorization !== `Bearer ${apiKey}`) return [401, { error: "unauthorized" }];
    const place = call.path.replace(/^\/erp/, "");
    const writing = WRITINGS[place];
    return call.method === "POST" && writing ? writeTo(call, writing) : read(place, call.query);
  };
  return {
    answer(call, response) {
      const [status, body] = answerTo(call);
      json(response, status, body);
    },
  };
}

type Writing = readonly [kind: Written["kind"], prefix: string, field: string];

const WRITINGS: Readonly<Record<string, Writing>> = {
  "/reservations": ["reservation", "RES", "codigo"],
  "/appointments": ["appointment", "CIT", "codigo"],
  "/orders": ["order", "PED", "numero"],
};

function read(place: string, query: URLSearchParams): Answer {
  if (place === "/availability") return [200, availability(query)];
  if (place === "/hours") return [200, { texto: HOURS }];
  if (place === "/balance") return balance(query);
  if (place.startsWith("/orders/")) return orderOf(decodeURIComponent(place.slice("/orders/".length)));
  return [404, { error: "unknown operation" }];
}

/** Full on Christmas Eve, New Year's Eve and for parties that are too large. */
function availability(query: URLSearchParams): JsonObject {
  const fecha = query.get("fecha") ?? "";
  const personas = Number(query.get("personas") ?? 1);
  if (personas > MOST_PEOPLE)
    return { disponible: false, mensaje: `Como máximo ${MOST_PEOPLE} personas. ¿Serían menos?` };
  if (/-12-(24|31)$/.test(fecha))
    return { disponible: false, mensaje: "Ese día está completo. ¿Prefiere otro?" };
  return { disponible: true, fecha, personas };
}

function balance(query: URLSearchParams): Answer {
  const digits = (query.get("telefono") ?? "").replaceAll(/\D/g, "");
  if (digits === "") return [404, { error: "customer unknown" }];
  return [200, { saldo: Number(digits.slice(-3)) * 100, moneda: "COP" }];
}

function orderOf(number: string): Answer {
  const order = ORDERS[number];
  return order
    ? [200, order]
    : [404, { error: "order unknown", mensaje: `No encuentro el pedido ${number}.` }];
}

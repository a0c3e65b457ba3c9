import { describe, expect, test } from "vitest";
import { type ChatRequest, chatRequestOf } from "../../../../plugins/agent/emulator/chat-request.ts";
import { answerByRules } from "../../../../plugins/agent/emulator/rules.ts";
import { slotsOf } from "../../../../plugins/agent/emulator/spanish-slots.ts";

const TODAY = "2026-11-28";
const tool = (name: string) => ({ type: "function", function: { name, parameters: {} } });
const TOOLS = ["consultar_disponibilidad", "crear_reserva", "consultar_pedido"].map(tool);

function request(...messages: object[]): ChatRequest {
  const system = { role: "system", content: `Hoy es ${TODAY}.` };
  return chatRequestOf({ model: "demo", messages: [system, ...messages], tools: TOOLS });
}

const person = (content: string) => ({ role: "user", content });
const agent = (content: string) => ({ role: "assistant", content });

describe("what Spanish sentences say", () => {
  test.each([
    ["mañana", { fecha: "2026-11-29" }],
    ["pasado mañana a las 9 de la mañana", { fecha: "2026-11-30", hora: "09:00" }],
    ["el sábado", { fecha: "2026-12-05" }],
    ["el 5 de diciembre para cuatro personas", { fecha: "2026-12-05", personas: 4 }],
    ["el 3 de enero", { fecha: "2027-01-03" }],
    ["a las ocho y media de la noche", { hora: "20:30" }],
    ["somos 3, a las 14:15", { personas: 3, hora: "14:15" }],
    ["para dos, a nombre de Ana Núñez", { personas: 2, nombre: "Ana Núñez" }],
    ["¿cómo va mi pedido 1001?", { pedido: "1001" }],
  ])("%s", (text, found) => {
    expect(slotsOf([text], TODAY)).toMatchObject(found);
  });

  test("what was said last counts", () => {
    expect(slotsOf(["para 2", "mejor para 5"], TODAY).personas).toBe(5);
  });
});

describe("a reservation", () => {
  test("is asked for piece by piece, looked up, and then made", () => {
    const first = answerByRules(request(person("Quiero reservar una mesa")));
    expect(first.text).toContain("¿Para qué fecha?");
    const all = [person("Mesa para cuatro mañana a las ocho de la noche")];
    const asked = answerByRules(request(...all));
    const wish = { fecha: "2026-11-29", hora: "20:00", personas: 4, servicio: "mesa" };
    expect(asked.calls).toEqual([{ name: "consultar_disponibilidad", arguments: wish }]);
    const call = {
      id: "c1",
      type: "function",
      function: { name: "consultar_disponibilidad", arguments: JSON.stringify(wish) },
    };
    const found = [
      ...all,
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "c1", content: '{"disponible":true}' },
    ];
    expect(answerByRules(request(...found)).text).toContain("¿A nombre de quién");
    const named = answerByRules(request(...found, agent("¿A nombre de quién?"), person("soy Ana Ruiz")));
    expect(named.calls).toEqual([{ name: "crear_reserva", arguments: { ...wish, nombre: "Ana Ruiz" } }]);
  });

  test("of a day that is full is offered another one", () => {
    const call = {
      id: "c1",
      type: "function",
      function: { name: "consultar_disponibilidad", arguments: "{}" },
    };
    const answer = answerByRules(
      request(
        person("Mesa para dos el 24 de diciembre a las 21:00"),
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", content: '{"disponible":false,"mensaje":"Completo."}' },
      ),
    );
    expect(answer.text).toContain("No hay disponibilidad");
  });
});

test("the same conversation gets the same answer", () => {
  const asked = request(person("Quiero reservar una mesa"));
  expect(answerByRules(asked)).toEqual(answerByRules(asked));
});

test("a call without its result is refused, as a real server does", () => {
  const call = { id: "c1", type: "function", function: { name: "x", arguments: "{}" } };
  expect(() => request({ role: "assistant", content: null, tool_calls: [call] }, person("¿Y?"))).toThrow(
    /c1/,
  );
});

import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { ContextData } from "../../../../engine/plugin-testing/node-context.ts";
import replyNode from "../../../../plugins/agent/nodes/reply.ts";
import wait from "../../../../plugins/core/nodes/wait.ts";
import request from "../../../../plugins/http/nodes/request.ts";
import send from "../../../../plugins/messaging/nodes/send.ts";
import route from "../../../../plugins/stores/nodes/route.ts";
import { KEY } from "../emulated.ts";
import { chat } from "./chat.ts";

const NODES = Object.fromEntries([request, send, route, wait, replyNode].map((node) => [node.type, node]));

function talkWith(tool: JsonObject, given: Partial<ContextData> = {}) {
  const nodes = [{ description: "Úsala cuando haga falta.", ...tool }];
  return chat({ instructions: "", nodes, debounceSeconds: 0 }, { nodes: NODES, ...given });
}

const ORDER = { name: "numero", kind: "text", required: true };

describe("a request as a tool", () => {
  const asked = { name: "ver_pedido", arguments: { numero: "1001" } };

  async function orders(more: JsonObject = {}) {
    const erp = await chat({ instructions: "" });
    const tool = {
      node: "http.request",
      name: "ver_pedido",
      params: {
        url: `${erp.emulator.url}/erp/orders/{{ args.numero | url_encode }}`,
        headers: { authorization: `Bearer ${KEY}` },
      },
      arguments: [ORDER],
      confirm: false,
      ...more,
    };
    return talkWith(tool);
  }

  test("asks where its author says, with what the model found out", async () => {
    const talk = await orders();
    talk.emulator.script({ calls: [asked] }, { text: "Va en camino." });
    await talk.begin("¿Y mi pedido?");
    const [, second] = talk.emulator.asked();
    expect(second?.messages.at(-1)?.content).toContain('"status":200');
    expect(talk.said()).toEqual(["Va en camino."]);
  });

  test("is described to the model by what is left to it", async () => {
    const talk = await orders();
    await talk.begin("Hola");
    const tool = talk.emulator.asked()[0]?.tools.find(({ name }) => name === "ver_pedido");
    expect(tool?.parameters).toMatchObject({
      properties: { numero: { type: ["string", "null"] } },
      required: ["numero"],
      additionalProperties: false,
    });
    expect(JSON.stringify(tool)).not.toContain("Bearer");
  });

  test("takes nothing else: other arguments are refused before anything is asked", async () => {
    const talk = await orders();
    talk.emulator.script(
      { calls: [{ name: "ver_pedido", arguments: { numero: "1001", url: "http://evil.example" } }] },
      { text: "No pude." },
    );
    await talk.begin("¿Y mi pedido?");
    expect(talk.emulator.asked()[1]?.messages.at(-1)?.content).toContain("Nothing was done");
  });

  test("tells the model what failed, and goes on", async () => {
    const talk = await orders({ params: { url: "http://127.0.0.1:1/{{ args.numero }}" } });
    talk.emulator.script({ calls: [asked] }, { text: "No lo sé." });
    await talk.begin("¿Y mi pedido?");
    expect(talk.emulator.asked()[1]?.messages.at(-1)?.content).toContain('"error":');
    expect(talk.said()).toEqual(["No lo sé."]);
  });

  test("is read back first where its author wants it", async () => {
    const talk = await orders({ confirm: true });
    talk.emulator.script({ calls: [asked] }, { text: "Listo." });
    await talk.begin("¿Y mi pedido?");
    expect(talk.said()).toEqual([expect.stringMatching(/^Voy a .*numero 1001\. ¿Lo confirma\?$/)]);
    await talk.write("sí");
    expect(talk.said().at(-1)).toBe("Listo.");
  });
});

describe("a message as a tool", () => {
  const tool = {
    node: "messaging.send",
    name: "avisar",
    params: { to: "+573009998877", channels: ["sms"] },
    open: ["text"],
    confirm: false,
  };

  test("goes to whom its author says, after a yes although no question was wanted", async () => {
    const talk = await talkWith(tool);
    const calls = [{ name: "avisar", arguments: { text: "Llamen a {{ contact.phone }}" } }];
    talk.emulator.script({ calls }, { text: "Avisado." });
    await talk.begin("Avisa al equipo");
    expect(talk.data.sent.map(({ channel }) => channel)).toEqual(["whatsapp"]);
    await talk.write("sí");
    const sms = talk.data.sent.filter(({ channel }) => channel === "sms");
    expect(sms).toMatchObject([{ part: expect.stringMatching(/^tool-\d+\./) }]);
    expect(sms[0]?.message).toMatchObject({ to: "+573009998877", text: "Llamen a {{ contact.phone }}" });
  });

  test.each(["to", "channels", "template"])("cannot leave %s to the model", async (name) => {
    const talk = await talkWith({ ...tool, open: [name] });
    await expect(talk.begin("Hola")).rejects.toThrow(`"${name}" is yours to decide`);
  });
});

test("a node without effects runs at once, with parameters of its own left to the model", async () => {
  const talk = await talkWith({ node: "stores.route", name: "tienda", open: ["place"], confirm: false });
  talk.emulator.script({ calls: [{ name: "tienda", arguments: { place: "Bogotá" } }] }, { text: "Esa." });
  await talk.begin("¿Qué tienda?");
  expect(talk.emulator.asked()[1]?.messages.at(-1)?.content).toContain('"outcome":"none"');
});

test.each([
  ["core.wait", "is no node that can be one"],
  ["agent.reply", "is no node that can be one"],
  ["no.such", "is no node that can be one"],
])("%s is no tool, and says so", async (node, words) => {
  const talk = await talkWith({ node, name: "herramienta" });
  await expect(talk.begin("Hola")).rejects.toThrow(words);
});

test("a parameter the node does not have is named, with those it has", async () => {
  const talk = await talkWith({ node: "stores.route", name: "tienda", open: ["lugar"] });
  await expect(talk.begin("Hola")).rejects.toThrow(/there is no parameter "lugar"; there are .*place/);
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCatalogue } from "../../editor/model/catalogue.ts";
import { triggerSample } from "../../editor/model/trigger-sample.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { REFUSAL_WORDS } from "../../engine/core/vendor-refusals.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { readExample } from "../../engine/demo/seed.ts";
import { createValidator } from "../../engine/validator.ts";
import { meaningOf } from "../../plugins/twilio/error-codes.ts";
import { inspect } from "../support/database.ts";
import { playScenario } from "../support/play-scenario.ts";
import { type Scenario, ScenarioFileSchema } from "../support/scenario.ts";
import { until } from "../support/until.ts";
import { startSimulation } from "./simulation-client.ts";
import { chain } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;

beforeAll(async () => {
  // What is said is heard at once; nobody is hurried.
  api = await startTestApi({
    simulations: { pace: { speakingMs: 1, waitingMs: 1_000, vendorMs: 5 }, leftMs: 1_000 },
  });
});
afterAll(() => api.stop());

const MENU = "ivr-sales-support-reservations";

/** The example with other words, as somebody is about to save it. */
async function changedMenu(): Promise<Flow> {
  const flow = await readExample(MENU);
  return {
    ...flow,
    nodes: flow.nodes.map((node) =>
      node.id === "decir_ventas"
        ? { ...node, data: { ...node.data, params: { ...node.data.params, text: "Un momento, ya van." } } }
        : node,
    ),
  };
}

describe("a call", () => {
  test("to an unsaved draft is heard, answered with a key and followed step by step", async () => {
    const phone = await startSimulation(api.call, MENU, { document: await changedMenu() });
    const state = await phone.state();
    expect(state.numbers.map(({ e164 }) => e164)).toEqual([DEMO.numbers.menu]);
    await phone.act({ kind: "call", from: DEMO.caller });
    const ringing = await phone.next("call");
    expect(ringing).toMatchObject({ direction: "inbound", from: DEMO.caller, to: DEMO.numbers.menu });
    const words = await phone.next("caption");
    expect(words.text).toContain("Para ventas, presione 1.");
    expect(words.speaker).toBe("flow");
    const asked = await phone.next("listening");
    expect(asked.wants).toEqual(["digits", "speech"]);
    await phone.act({ kind: "digits", digits: "1" });
    const step = await phone.next("step", ({ nodeId }) => nodeId === "menu");
    expect(step).toMatchObject({ type: "twilio.gather", port: "1", output: { digits: "1" } });
    expect(step.params).toMatchObject({ digitPorts: ["1", "2", "3"] });
    expect((await phone.next("caption")).text).toBe("Un momento, ya van.");
    const leg = await phone.next("call", ({ direction }) => direction === "forwarded");
    expect(leg).toMatchObject({ state: "ringing", to: "+576015550111" });
    await phone.act({ kind: "answer", how: "answer" });
    await phone.next("call", ({ callId, state: now }) => callId === leg.callId && now === "in-progress");
    await phone.next("listening");
    await phone.act({ kind: "digits", digits: "1" });
    await phone.act({ kind: "hangup" });
    const end = await phone.next("run", ({ state: now }) => now === "succeeded");
    expect(end.outcome).toBe("atendida");
    await phone.end();
  });
});

describe("a call that is passed on", () => {
  test("shows what each step was given, gave and cost, and sends the message with its ticks", async () => {
    const before = await balancesOf(api.engine.tenantId);
    const phone = await startSimulation(api.call, "shared-number-router");
    await phone.act({ kind: "call", from: DEMO.caller });
    const message = await phone.next("message", ({ status }) => status === "delivered");
    expect(message).toMatchObject({ channel: "whatsapp", direction: "outbound", person: DEMO.caller });
    expect(message.body).toContain("Gracias por llamar a La Espiga");
    const states = (await phone.all("message"))
      .filter(({ id }) => id === message.id)
      .map(({ status }) => status);
    expect(states).toEqual(["queued", "sent", "delivered"]);
    await phone.next("call", ({ direction, state }) => direction === "forwarded" && state === "ringing");
    await phone.act({ kind: "answer", how: "busy" });
    await phone.next("run", ({ state }) => state === "succeeded" || state === "failed");
    const steps = await phone.all("step");
    const sent = steps.find(({ nodeId }) => nodeId === "enviar_tienda");
    expect(sent?.credits).toEqual({ whatsapp: 1 });
    expect(JSON.stringify(sent?.params)).toContain("tienda-cercana");
    expect(steps.map(({ nodeId }) => nodeId)).toContain("elegir_tienda");
    // The shops are the tenant's, also where a step names them.
    expect(JSON.stringify(steps)).toContain('"sto_demo_chapinero"');
    expect(JSON.stringify(await phone.state())).not.toContain("~");
    await phone.end();
    expect(await balancesOf(api.engine.tenantId)).toEqual(before);
  });

  test("is placed by a flow, and met as the person on the phone likes", async () => {
    const phone = await startSimulation(api.call, "voice-callback");
    await phone.act({ kind: "message", channel: "sms", from: DEMO.caller, body: "Llámame" });
    const ringing = await phone.next("call", ({ direction }) => direction === "outbound");
    expect(ringing).toMatchObject({ state: "ringing", to: DEMO.caller });
    await phone.act({ kind: "answer", how: "answer", callId: ringing.callId });
    await phone.next("call", ({ state }) => state === "in-progress");
    await phone.next("listening");
    await phone.act({ kind: "hangup" });
    await phone.next("call", ({ callId, state }) => callId === ringing.callId && state === "completed");
    await phone.end();
  });

  test.each(["queue", "conference"] as const)("that waits in a %s is taken by an agent", async (place) => {
    const held = place === "queue" ? "twilio.enqueue" : "twilio.connect-call";
    const params = place === "queue" ? { queue: "caja" } : { target: "conference", to: ["caja"] };
    const document = chain("en-espera", ["llamada", "twilio.incoming-call"], ["esperar", held, params]);
    const phone = await startSimulation(api.call, document.key, { document });
    await phone.act({ kind: "call", from: DEMO.caller });
    const waiting = await phone.next("holding");
    expect(waiting).toMatchObject({ place, name: "caja", state: "waiting" });
    await phone.act({ kind: "attend" });
    const talk = await phone.next("holding", ({ state }) => state === "attended");
    await phone.act({ kind: "hangup", callId: talk.agentCallId ?? "" });
    await phone.next("holding", ({ state }) => state === "over");
    const step = await phone.ever("step", ({ nodeId }) => nodeId === "esperar");
    expect(step.port).toBe(place === "queue" ? "bridged" : "completed");
    const again = await api.call("POST", `/api/v1/simulations/${phone.id}/actions`, {
      json: { kind: "attend" },
    });
    expect(again.body.error.details.sentence.es).toContain("ninguna llamada espera");
    await phone.end();
  });

  test("cannot be answered, or keyed into, where there is none", async () => {
    const phone = await startSimulation(api.call, MENU);
    const path = `/api/v1/simulations/${phone.id}/actions`;
    for (const action of [
      { kind: "digits", digits: "1" },
      { kind: "answer", how: "answer" },
      { kind: "hangup" },
    ]) {
      const answer = await api.call("POST", path, { json: action });
      expect([answer.status, answer.body.error.code]).toEqual([422, "INPUT_INVALID"]);
      const { en, es } = answer.body.error.details.sentence;
      expect([en, es]).toEqual([
        expect.stringMatching(/^This cannot be done now: /),
        expect.stringMatching(/^Ahora no se puede hacer: /),
      ]);
    }
    await phone.end();
  });
});

describe("a chat", () => {
  test("by way of Twilio shows the buttons of a message, and a tap goes on", async () => {
    const phone = await startSimulation(api.call, "support-handoff");
    await phone.act({ kind: "message", channel: "whatsapp", from: DEMO.caller, body: "Hola" });
    const own = await phone.next("message", ({ direction }) => direction === "inbound");
    expect(own).toMatchObject({ body: "Hola", status: "received" });
    const menu = await phone.ever(
      "message",
      ({ direction, status }) => direction === "outbound" && status === "delivered",
    );
    const run = await phone.ever("run", ({ state }) => state === "waiting");
    expect(run.nodeId).toBe("menu");
    const [button] = menu.buttons;
    const body = button?.title ?? "1";
    await phone.act({
      kind: "message",
      channel: "whatsapp",
      from: DEMO.caller,
      body,
      replyTo: menu.id,
      ...(button ? { button: button.id } : {}),
    });
    await phone.next("step", ({ nodeId }) => nodeId === "menu");
    await phone.next("message", ({ direction, id }) => direction === "outbound" && id !== menu.id);
    await phone.end();
  });

  test("by way of Meta shows a list, whose row is tapped", async () => {
    const phone = await startSimulation(api.call, "whatsapp-catalogue");
    expect((await phone.state()).numbers).toEqual([{ e164: DEMO.numbers.catalogue, channels: ["whatsapp"] }]);
    await phone.act({ kind: "message", channel: "whatsapp", from: DEMO.caller, body: "Hola" });
    const list = await phone.next("message", ({ buttons }) => buttons.length > 0);
    const row = list.buttons.find(({ id }) => id === "pan");
    expect(row?.title).toBe("Pan de masa madre");
    await phone.ever("run", ({ state }) => state === "succeeded");
    await phone.ever("message", ({ id, status }) => id === list.id && status === "delivered");
    await phone.act({
      kind: "message",
      channel: "whatsapp",
      from: DEMO.caller,
      body: "",
      replyTo: list.id,
      button: "pan",
    });
    const end = await phone.ever("run", ({ outcome }) => outcome === "ficha_enviada");
    expect(end.state).toBe("succeeded");
    await phone.act({ kind: "read", message: list.id });
    await phone.next("message", ({ id, status }) => id === list.id && status === "read");
    await phone.end();
  });

  test("with somebody who has no WhatsApp fails there", async () => {
    const phone = await startSimulation(api.call, "reservation-confirmation");
    await phone.act(booking("+573005559901"));
    const lost = await phone.next("message", ({ status }) => status === "failed");
    expect(lost.channel).toBe("whatsapp");
    expect(lost.error).toContain("63003");
    await phone.next("message", ({ channel, status }) => channel === "sms" && status === "delivered");
    await phone.end();
  });
});

function booking(telefono: string) {
  const input = {
    nombre: "Lucía",
    telefono,
    codigo: "R-1042",
    fecha: "viernes 5 de diciembre",
    lugar: "La Espiga",
  };
  return { kind: "start", trigger: "peticion", input } as const;
}

describe("what becomes of a message", () => {
  test("the shipped example goes out by WhatsApp with sample data, however slow the vendor is", async () => {
    const slow = await startTestApi({
      simulations: { pace: { speakingMs: 1, waitingMs: 1, vendorMs: 400 } },
    });
    const flow = await readExample("reservation-confirmation");
    const trigger = flow.nodes.find(({ id }) => id === "peticion");
    const input = trigger && triggerSample(trigger, createCatalogue([]), DEMO.caller);
    const phone = await startSimulation(slow.call, flow.key);
    await phone.act({ kind: "start", trigger: "peticion", input: input ?? {} });
    const sent = await phone.next("step", ({ nodeId }) => nodeId === "confirmar");
    expect(sent).toMatchObject({ port: "sent", setbacks: [], credits: { whatsapp: 1 } });
    const message = await phone.ever("message", ({ status }) => status === "delivered");
    expect(message.body).toMatch(/^Hola Ana Torres, tu reserva .* está confirmada/);
    await phone.end();
    await slow.stop();
  });

  test("that is lost after its step went on is told with the vendor's reason, and its credits come back", async () => {
    const document = chain(
      "perdido",
      ["inicio", "api.run"],
      ["enviar", "messaging.send", { ...NOTICE, channels: ["sms"] }],
      ["esperar", "core.wait", { for: { amount: 30, unit: "minutes" } }],
    );
    const send = document.edges.find(({ source }) => source === "enviar");
    if (send) Object.assign(send, { sourceHandle: "sent" });
    const phone = await startSimulation(api.call, document.key, { document });
    await phone.act({ kind: "fault", fault: "messages-undelivered", on: true });
    await phone.act({ kind: "start", trigger: "inicio", input: {} });
    const step = await phone.ever("step", ({ nodeId }) => nodeId === "enviar");
    expect(step.port).toBe("sent");
    const lost = await phone.ever("undelivered", ({ stepKey }) => stepKey === step.stepKey);
    expect(lost.messageId).toBe((step.output as { messageId: string }).messageId);
    expect(lost.credits).toEqual({});
    expect(lost.setback).toMatchObject({ channel: "sms", code: "30003" });
    expect(lost.setback.text.es).toBe(meaningOf(30003)?.es);
    await phone.end();
  });

  test("that no channel carried says of each why", async () => {
    const channels = ["whatsapp", "sms"];
    const params = { ...NOTICE, to: UNREACHABLE, channels, confirm: "delivered", confirmWithinMs: 60_000 };
    const document = chain("en-vano", ["inicio", "api.run"], ["enviar", "messaging.send", params]);
    const phone = await startSimulation(api.call, document.key, { document });
    await phone.act({ kind: "start", trigger: "inicio", input: {} });
    const step = await phone.ever("step", ({ nodeId }) => nodeId === "enviar");
    expect(step.port).toBe("undeliverable");
    expect(step.credits).toEqual({});
    expect(step.setbacks.map(({ channel, text }) => [channel, text.es])).toEqual([
      ["whatsapp", REFUSAL_WORDS.outside_window.es],
      ["sms", meaningOf(30003)?.es],
    ]);
    await phone.end();
  });
});

const NOTICE = { to: DEMO.caller, text: "Ya está listo.", purpose: "service" };
const UNREACHABLE = "+573015559903";

describe("time, trouble and other beginnings", () => {
  test("three days pass at once, and a template with its buttons goes out then", async () => {
    const phone = await startSimulation(api.call, "appointment-reminder");
    const { now } = await phone.state();
    const cita = `${new Date(Date.parse(now) + 3 * 86_400_000).toISOString().slice(0, 19)}Z`;
    const trigger =
      (await readExample("appointment-reminder")).nodes.find(({ type }) => type === "api.run")?.id ?? "";
    const input = {
      nombre: "Lucía",
      telefono: DEMO.caller,
      cita,
      servicio: "corte",
      lugar: "La Espiga Chapinero",
      registro: "C-77",
      numero: "num_demo_meta",
    };
    await phone.act({ kind: "start", trigger, input });
    const waiting = await phone.next("run", ({ state }) => state === "waiting");
    expect(Date.parse(waiting.until ?? "")).toBeGreaterThan(Date.parse(now));
    await phone.act({ kind: "skip", ms: 3 * 86_400_000 });
    const clock = await phone.next("clock");
    expect(Date.parse(clock.now) - Date.parse(now)).toBeGreaterThanOrEqual(3 * 86_400_000);
    const reminder = await phone.next("message", ({ status }) => status === "delivered");
    const confirm = reminder.buttons.find(({ title }) => title === "Confirmar");
    expect(confirm).toBeDefined();
    await phone.act({
      kind: "message",
      channel: "whatsapp",
      from: DEMO.caller,
      body: "Confirmar",
      replyTo: reminder.id,
      button: confirm?.id ?? "",
    });
    const end = await phone.next("run", ({ state }) => state === "succeeded");
    expect(end.outcome).toBe("confirmada");
    await phone.end();
  });

  test("begins at the hour that was asked for", async () => {
    const phone = await startSimulation(api.call, MENU, { at: "2030-05-04T10:00:00.000Z" });
    expect((await phone.state()).now.slice(0, 16)).toBe("2030-05-04T10:00");
    await phone.end();
  });

  test("trouble lasts until it is switched off", async () => {
    const phone = await startSimulation(api.call, "reservation-confirmation");
    await phone.act({ kind: "fault", fault: "messages-undelivered", on: true });
    expect((await phone.state()).faults).toEqual(["messages-undelivered"]);
    await phone.act(booking(DEMO.caller));
    await phone.next("message", ({ status }) => status === "failed");
    await phone.act({ kind: "fault", fault: "messages-undelivered", on: false });
    await phone.act(booking(DEMO.caller));
    await phone.next("message", ({ status }) => status === "delivered");
    await phone.end();
  });
});

describe("a simulation kept as a test", () => {
  const validator = createValidator();

  async function scenarioOf(id: string): Promise<Scenario> {
    const answer = await api.call("GET", `/api/v1/simulations/${id}/scenario`);
    expect(answer.status, answer.text).toBe(200);
    expect(validator.violations(ScenarioFileSchema, answer.body)).toEqual([]);
    return answer.body.scenarios[0];
  }

  test("a call with keys and a line that is busy comes out the same", async () => {
    const phone = await startSimulation(api.call, MENU);
    expect((await api.call("GET", `/api/v1/simulations/${phone.id}/scenario`)).status).toBe(404);
    await phone.act({ kind: "call", from: DEMO.caller });
    await phone.next("listening");
    await phone.act({ kind: "say", text: "necesito soporte, por favor" });
    const leg = await phone.next(
      "call",
      ({ direction, state }) => direction === "forwarded" && state === "ringing",
    );
    await phone.act({ kind: "answer", how: "busy" });
    await phone.ever("run", ({ state }) => state === "succeeded");
    await phone.ever("call", ({ direction, state }) => direction === "inbound" && state === "completed");
    const scenario = await scenarioOf(phone.id);
    expect(scenario.when).toEqual({
      call: { from: DEMO.caller, to: DEMO.numbers.menu, inputs: [{ speech: "necesito soporte, por favor" }] },
    });
    expect(scenario.given?.answers).toEqual({ [leg.to]: { status: "busy" } });
    await phone.end();
    await playScenario(api.engine, MENU, scenario);
  });

  test("a message that was sent on request does, too", async () => {
    const phone = await startSimulation(api.call, "reservation-confirmation");
    await phone.act(booking("+573001260009"));
    await phone.ever("message", ({ status }) => status === "delivered");
    await phone.ever("run", ({ state }) => state === "succeeded");
    const scenario = await scenarioOf(phone.id);
    await phone.end();
    await playScenario(api.engine, "reservation-confirmation", scenario);
  });

  test("trouble that was chosen before is part of it, and comes out the same", async () => {
    const phone = await startSimulation(api.call, "reservation-confirmation");
    await phone.act({ kind: "fault", fault: "lookup-down", on: true });
    await phone.act({ kind: "fault", fault: "messages-undelivered", on: true });
    await phone.act({ kind: "fault", fault: "lookup-down", on: false });
    await phone.act(booking("+573001260010"));
    await phone.ever("run", ({ state }) => state === "succeeded");
    await phone.ever("message", ({ status }) => status === "failed");
    const scenario = await scenarioOf(phone.id);
    expect(scenario.given).toEqual({ trouble: ["messages-undelivered"] });
    await phone.end();
    await playScenario(api.engine, "reservation-confirmation", scenario);
  });
});

describe("what is asked of a simulation", () => {
  test("must be a sound flow of the tenant", async () => {
    const missing = await api.call("POST", "/api/v1/simulations", { json: { flow: "nobody-has-it" } });
    expect(missing.status).toBe(404);
    const flow = await readExample(MENU);
    const broken = {
      ...flow,
      edges: [...flow.edges, { id: "x", source: "menu", sourceHandle: "1", target: "nowhere" }],
    };
    const refused = await api.call("POST", "/api/v1/simulations", { json: { flow: MENU, document: broken } });
    expect(refused.body.error).toMatchObject({ code: "FLOW_INVALID" });
    expect(refused.body.error.details.problems.length).toBeGreaterThan(0);
    const other = await api.call("POST", "/api/v1/simulations", {
      json: { flow: "another-key", document: flow },
    });
    expect(other.body.error.code).toBe("INPUT_INVALID");
  });

  test("is another's business to nobody, and a scope's", async () => {
    const phone = await startSimulation(api.call, MENU);
    const stranger = await api.otherTenant();
    expect((await stranger.call("GET", `/api/v1/simulations/${phone.id}`)).status).toBe(404);
    const reader = await api.withScopes(["flows:read", "runs:read"]);
    expect((await reader("POST", "/api/v1/simulations", { json: { flow: MENU } })).status).toBe(403);
    const personas = await api.call("GET", "/api/v1/simulations/personas");
    expect(personas.body.items.map(({ id }: { id: string }) => id)).toContain("landline-madrid");
    await phone.end();
  });

  test("asks other systems, and changes nothing there", async () => {
    const document = chain(
      "order-elsewhere",
      ["api", "api.run", {}],
      [
        "order",
        "http.request",
        { method: "POST", url: "https://erp.example/orders", body: { kind: "json", json: { a: 1 } } },
      ],
    );
    const phone = await startSimulation(api.call, "order-elsewhere", { document });
    await phone.act({ kind: "start", trigger: "api", input: {} });
    const step = await phone.ever("step", ({ nodeId }) => nodeId === "order");
    expect(JSON.stringify(step)).toContain("a simulation changes nothing elsewhere");
    await phone.end();
  });

  test("takes the place of the same caller's earlier one", async () => {
    const first = await startSimulation(api.call, MENU);
    const second = await startSimulation(api.call, MENU);
    expect((await api.call("GET", `/api/v1/simulations/${first.id}`)).status).toBe(404);
    await second.end();
  });
});

describe("two tenants at once", () => {
  test("call the same flow without meeting, and a tenant without numbers has one to play with", async () => {
    const other = await api.otherTenant();
    const document = await changedMenu();
    const [mine, theirs] = await Promise.all([
      startSimulation(api.call, MENU, { document }),
      startSimulation(other.call, MENU, { document }),
    ]);
    expect((await theirs.state()).numbers).toEqual([
      { e164: "+34910550190", channels: ["voice", "sms", "whatsapp"] },
    ]);
    await Promise.all([
      mine.act({ kind: "call", from: DEMO.caller }),
      theirs.act({ kind: "call", from: "+34600112233" }),
    ]);
    await Promise.all([mine.next("listening"), theirs.next("listening")]);
    await mine.act({ kind: "digits", digits: "1" });
    await theirs.act({ kind: "hangup" });
    await mine.next("step", ({ nodeId, port }) => nodeId === "menu" && port === "1");
    await theirs.next("run", ({ state }) => state !== "started" && state !== "waiting");
    expect((await theirs.all("step")).map(({ port }) => port)).not.toContain("1");
    expect((await mine.all("caption")).some(({ text }) => text.includes("La Espiga"))).toBe(true);
    expect((await theirs.all("caption")).some(({ text }) => text.includes("La Espiga"))).toBe(false);
    await Promise.all([mine.end(), theirs.end()]);
  });

  test("real calls and messages still go to the tenant while its twin plays", async () => {
    const phone = await startSimulation(api.call, MENU);
    const real = await api.engine.twilio.ring({
      from: "+573001250001",
      to: DEMO.numbers.menu,
      script: { inputs: ["1"] },
    }).done;
    expect(real.spoken.join(" ")).toContain("Para ventas, presione 1.");
    const [call] = await inspect<{ tenant_id: string }>(
      api.engine.connection,
      "select tenant_id from calls where provider_ref = $1",
      [real.sid],
    );
    expect(call?.tenant_id).toBe(api.engine.tenantId);
    expect(await phone.all("call")).toEqual([]);
    await phone.end();
  });
});

async function balancesOf(tenantId: string): Promise<unknown> {
  const accounts = "select meter, balance, held from credit_accounts where tenant_id = $1 order by 1";
  const messages = "select count(*)::int as messages from messages where tenant_id = $1";
  const runs = "select count(*)::int as runs from runs where tenant_id = $1";
  return Promise.all(
    [accounts, messages, runs].map((sql) => inspect(api.engine.connection, sql, [tenantId])),
  );
}

test("nothing of a simulation is left, in any table", async () => {
  const tables = await inspect<{ name: string }>(api.engine.connection, TABLES);
  await until(
    "all twins to be gone",
    async () => (await leftIn(tables.map(({ name }) => name))).length === 0,
  );
});

/** Tables with rows of a twin. */
async function leftIn(tables: readonly string[]): Promise<readonly string[]> {
  const asked = tables.map(
    (name) => `select '${name}' as name from ${name} where tenant_id like 'ten\\_twin\\_%'`,
  );
  const all = [...asked, "select 'tenants' as name from tenants where twin_of is not null"];
  const rows = await inspect<{ name: string }>(api.engine.connection, all.join(" union "));
  return rows.map(({ name }) => name);
}

const TABLES = `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and exists (
    select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)`;

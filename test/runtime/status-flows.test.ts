import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { startTestApi, type TestApi } from "../http/test-api.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

let api: TestApi;
let people = 0;

beforeAll(async () => {
  api = await startTestApi();
  await publishWatcher("on-any", {});
  await publishWatcher("on-failed", { statuses: ["failed"], channels: ["sms"] });
  await publishWatcher("on-template", { statuses: ["delivered"], template: "llamada-perdida" });
  await api.engine.publish(
    flowOf(
      "on-delivered-again",
      [
        ["status", "messaging.status", { statuses: ["delivered"], channels: ["sms"] }],
        ["call", "core.call-flow", { flow: "thank", input: {} }],
      ],
      [["status", "next", "call"]],
    ),
  );
  await api.engine.publish(
    flowOf("thank", [
      ["called", "core.called", {}],
      [
        "thank",
        "messaging.send",
        { text: "Gracias por leernos", channels: ["sms"], to: "{{ contact.phone }}" },
      ],
    ]),
  );
});
afterAll(() => api.stop());

function publishWatcher(key: string, params: Readonly<Record<string, unknown>>) {
  return api.engine.publish(
    flowOf(key, [
      ["status", "messaging.status", params],
      ["end", "core.end", { outcome: "{{ trigger.status }}" }],
    ]),
  );
}

function newPerson(): string {
  people += 1;
  return `+57300500${String(people).padStart(4, "0")}`;
}

function send(json: unknown) {
  return api.call("POST", "/api/v1/messages", { json });
}

interface Started {
  readonly flow_key: string;
  readonly status: string;
  readonly trigger: Readonly<Record<string, unknown>>;
}

async function startedBy(to: string): Promise<Started[]> {
  await Promise.all([api.engine.twilio.idle(), api.engine.meta.idle()]);
  return inspect(
    api.engine.connection,
    `select flow_key, state #>> '{trigger,status}' as status, state -> 'trigger' as trigger from runs
     where contact_phone = $1 and trigger_type = 'messaging.status' order by flow_key, id`,
    [to],
  );
}

const names = (runs: readonly Started[]) => runs.map(({ flow_key, status }) => `${flow_key} ${status}`);

describe("[Q5] the status of a message starts flows", () => {
  test("once for each status and flow that wants it, with the message and what it is about", async () => {
    const to = newPerson();
    const sent = await send({ channel: "whatsapp", to, ...template, module: "crm", recordId: "7" });
    expect(sent.status, sent.text).toBe(201);
    const runs = await until("both flows", async () => {
      const found = await startedBy(to);
      return found.length === 2 ? found : null;
    });
    expect(names(runs)).toEqual(["on-any delivered", "on-template delivered"]);
    expect(runs[0]?.trigger).toMatchObject({
      error: null,
      message: {
        id: sent.body.id,
        channel: "whatsapp",
        to,
        template: "llamada-perdida",
        module: "crm",
        recordId: "7",
      },
    });
  });

  test("a report that comes twice, or in another order, starts nothing twice", async () => {
    const to = newPerson();
    for (const kind of ["duplicate-callbacks", "reorder-callbacks"] as const) {
      api.engine.twilio.faults.next({ to }, { kind });
      await send({ channel: "whatsapp", to, ...template });
    }
    await until("all reports", async () => (await startedBy(to)).length === 4);
    expect(names(await startedBy(to))).toEqual([
      "on-any delivered",
      "on-any delivered",
      "on-template delivered",
      "on-template delivered",
    ]);
  });

  test("of a failure says why, and only where that is wanted", async () => {
    const to = "+573005099903";
    const sent = await send({ channel: "sms", to, body: "Hola" });
    expect(sent.status, sent.text).toBe(201);
    const runs = await until("both flows", async () => {
      const found = await startedBy(to);
      return found.length === 2 ? found : null;
    });
    expect(names(runs)).toEqual(["on-any failed", "on-failed failed"]);
    expect(runs[1]?.trigger).toMatchObject({ error: { vendorCode: "30003" } });
  });

  test("what such a flow sends starts none, also through a flow it calls", async () => {
    const to = newPerson();
    await send({ channel: "sms", to, body: "Hola" });
    await until("the thanks to be delivered", () =>
      api.engine.twilio
        .ledger()
        .some(
          ({ body, to: whom, status }) =>
            whom === to && body?.startsWith("Gracias") && status === "delivered",
        ),
    );
    expect(names(await startedBy(to))).toEqual(["on-any delivered", "on-delivered-again delivered"]);
  });

  test("a status that nobody asked for, and one of no message, start nothing", async () => {
    const to = newPerson();
    await api.engine.twilio.receiveMessage({ from: to, to: DEMO.numbers.shared, body: "Hola" });
    expect(await startedBy(to)).toEqual([]);
  });
});

const template = {
  template: "llamada-perdida",
  locale: "es",
  variables: { tienda: "Chapinero", horario: "hoy de 8:00 a 20:00" },
};

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { moduleFlow } from "../../engine/core/module-flow.ts";
import { readErpModules } from "../../engine/erp-modules.ts";
import { createValidator } from "../../engine/validator.ts";
import { inspect } from "../support/database.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const modules = readErpModules(createValidator());
const everyNotice = modules.flatMap(({ module, templates }) =>
  templates.map((template) => [template.key, module, template] as const),
);

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const settings = JSON.stringify({ quietHours: null, consent: { marketing: "opt-out" } });
  await inspect(api.engine.connection, "update tenants set settings = $2 where id = $1", [
    api.engine.tenantId,
    settings,
  ]);
  api.engine.app.runtime.directory.forget(api.engine.tenantId);
});
afterAll(() => api.stop());

const adopt = (module: string, language: string, call = api.call) =>
  call("POST", `/api/v1/modules/${module}/adopt`, { json: { language } });

describe("the modules", () => {
  test("are listed with their notices, variables and events", async () => {
    const { status, body } = await api.call("GET", "/api/v1/modules");
    expect([status, body.items]).toEqual([200, modules]);
    const stranger = await api.withScopes(["runs:read"]);
    expect((await stranger("GET", "/api/v1/modules")).status).toBe(403);
  });

  test.each(["es", "en"] as const)("have a flow each, in %s", async (language) => {
    for (const module of modules) {
      const { body } = await api.call("GET", `/api/v1/modules/${module.module}/flow?language=${language}`);
      expect(body).toEqual(JSON.parse(JSON.stringify(moduleFlow(module, language))));
    }
  });

  test("what is none is refused with those there are; so is a language nobody wrote", async () => {
    const { status, body } = await adopt("billing", "es");
    expect([status, body.error.code]).toEqual([404, "NOT_FOUND"]);
    expect(body.error.message).toContain('There is no module "billing"; expected one of auth, calendar,');
    expect((await adopt("pos", "fr")).body.error.code).toBe("INPUT_INVALID");
  });
});

describe("adopting a module", () => {
  let other: Awaited<ReturnType<TestApi["otherTenant"]>>;
  beforeEach(async () => {
    other = await api.otherTenant();
  });
  const templatesOf = (tenantId: string) =>
    inspect<{ key: string; locale: string; body: string }>(
      api.engine.connection,
      "select key, locale, body from templates where tenant_id = $1 order by key, locale",
      [tenantId],
    );

  test("copies its notices and its flow, once, and says who did it", async () => {
    const { status, body } = await adopt("pos", "es", other.call);
    expect([status, body.flow, body.templates.kept]).toEqual([200, { key: "pos-notices", added: true }, []]);
    expect(body.templates.added.toSorted()).toEqual(keysOf("pos").toSorted());
    const draft = await other.call("GET", "/api/v1/flows/pos-notices");
    expect(draft.body.published).toBeNull();
    const again = (await adopt("pos", "es", other.call)).body;
    expect(again.flow.added).toBe(false);
    expect([again.templates.added, again.templates.kept.toSorted()]).toEqual([[], keysOf("pos").toSorted()]);
    const { items } = (await other.call("GET", "/api/v1/audit?action=module.adopt")).body;
    expect(items.map(({ target, details }: Line) => [target, details.language, details.flow.added])).toEqual([
      ["pos", "es", false],
      ["pos", "es", true],
    ]);
  });

  test("leaves what the tenant wrote as it is, and adds a second language beside the first", async () => {
    const [first = ""] = keysOf("gym");
    await inspect(
      api.engine.connection,
      `insert into templates (id, tenant_id, key, locale, category, body)
         values ($1, $2, $3, 'es', 'utility', 'Lo mío')`,
      [`tpl_${other.tenantId}`, other.tenantId, first],
    );
    const { body } = await adopt("gym", "es", other.call);
    expect(body.templates.kept).toEqual([first]);
    expect((await templatesOf(other.tenantId)).find(({ key }) => key === first)?.body).toBe("Lo mío");
    await adopt("gym", "en", other.call);
    expect(await templatesOf(other.tenantId)).toHaveLength(2 * keysOf("gym").length);
  });

  test("is all or nothing", async () => {
    await inspect(
      api.engine.connection,
      `create function refuse_flow() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
       create trigger refuse_flow before insert on flows for each row when (new.key = 'hrm-notices')
         execute function refuse_flow()`,
    );
    expect((await adopt("hrm", "es", other.call)).status).toBe(500);
    await inspect(api.engine.connection, "drop trigger refuse_flow on flows; drop function refuse_flow()");
    expect(await templatesOf(other.tenantId)).toEqual([]);
    expect((await adopt("hrm", "es", other.call)).status).toBe(200);
  });

  test("needs the scope, and is seen by nobody else", async () => {
    const reader = await api.withScopes(["flows:read"], other.tenantId);
    expect((await adopt("pos", "es", reader)).status).toBe(403);
    await adopt("crm", "es", other.call);
    expect((await api.call("GET", "/api/v1/flows/crm-notices")).status).toBe(404);
  });
});

describe("every event of every module is answered with its notice", () => {
  beforeAll(async () => {
    for (const { module } of modules) {
      expect((await adopt(module, "es")).status).toBe(200);
      const { status, text } = await api.call("POST", `/api/v1/flows/${module}-notices/publish`, {
        json: {},
      });
      expect(status, text).toBe(201);
    }
  });

  test("there are thirteen flows and 41 events", () => {
    expect([modules.length, everyNotice.length]).toEqual([13, 41]);
  });

  test.each(everyNotice)("%s", async (key, module, { event, variables, bodies, purpose }) => {
    const phone = `+5730155${String(everyNotice.findIndex(([one]) => one === key) + 10_000)}`;
    const payload = Object.fromEntries(variables.map(({ name, example }) => [name, example]));
    const reported = await api.call("POST", "/api/v1/events", {
      json: { module, event, payload, contact: { phone } },
    });
    expect(reported.status, reported.text).toBe(202);
    // An example of the demo may listen, too.
    const own = reported.body.runs.filter(({ flow }: { flow: string }) => flow === `${module}-notices`);
    expect(own).toHaveLength(1);
    const { runId } = own[0];
    const run = await until("the end of its run", async () => {
      const { body } = await api.call("GET", `/api/v1/runs/${runId}`);
      return body.endedAt === null ? null : body;
    });
    expect([run.outcome.name, run.outcome.error], purpose).toEqual(["avisado", undefined]);
    const sent = api.engine.twilio.ledger().filter(({ kind, to }) => kind === "message" && to === phone);
    const text = bodies.es.replaceAll(/\{\{ (\w+) \}\}/g, (_all, name: string) => payload[name] ?? "");
    expect(sent.map(({ channel, body }) => [channel, body])).toEqual([["sms", text]]);
    const preview = await api.call("POST", "/api/v1/messages/preview", {
      json: { to: phone, channel: "sms", text },
    });
    expect(run.credits, preview.text).toEqual({ sms: preview.body.cost.credits });
  });
});

interface Line {
  readonly target: string;
  readonly details: { readonly language: string; readonly flow: { readonly added: boolean } };
}

function keysOf(name: string): readonly string[] {
  const module = modules.find(({ module: candidate }) => candidate === name);
  return module?.templates.map(({ key }) => key) ?? [];
}

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { syncDueTemplates } from "../../engine/runtime/template-submissions.ts";
import { inspect } from "../support/database.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const content = {
  body: "Hola {{ nombre }}, tu mesa para {{ personas }} personas está lista. Te esperamos.",
  buttons: [{ type: "url", text: "Ver la mesa", url: "https://laespiga.example/m/{{ mesa }}" }],
};
const variables = [
  { name: "nombre", example: "Lucía" },
  { name: "personas", type: "number", example: "4" },
  { name: "mesa", example: "12" },
];
const draft = (key: string, given: object = {}) => ({
  key,
  locale: "es",
  module: "pos",
  category: "utility",
  content,
  variables,
  ...given,
});

async function create(key: string, given: object = {}) {
  const made = await api.call("POST", "/api/v1/templates", { json: draft(key, given) });
  expect(made.status, made.text).toBe(201);
  return made.body;
}

const stands = (body: { submissions: { provider: string; status: string }[] }) =>
  Object.fromEntries(body.submissions.map(({ provider, status }) => [provider, status]));
const read = async (id: string) => (await api.call("GET", `/api/v1/templates/${id}`)).body;

describe("a template", () => {
  test("is created, read, listed, changed over its revision, and deleted", async () => {
    const made = await create("mesa-lista");
    expect(made).toMatchObject({ key: "mesa-lista", revision: 1, submissions: [], problems: [] });
    const path = `/api/v1/templates/${made.id}`;
    const changed = { category: "marketing", content: { ...content, footer: "La Espiga" }, variables };
    const stale = await api.call("PUT", path, { json: changed, headers: { "if-match": '"7"' } });
    expect(stale.body.error).toMatchObject({ code: "REVISION_CONFLICT", details: { revision: 1 } });
    const saved = await api.call("PUT", path, { json: changed, headers: { "if-match": '"1"' } });
    expect(saved.headers.get("etag")).toBe('"2"');
    expect(saved.body).toMatchObject({
      revision: 2,
      category: "marketing",
      module: null,
      content: { footer: "La Espiga" },
    });
    const drafts = await api.call("GET", "/api/v1/templates?status=draft&locale=es&search=mesa");
    expect(drafts.body.items.map(({ id }: { id: string }) => id)).toEqual([made.id]);
    expect((await api.call("DELETE", path)).status).toBe(204);
    expect((await api.call("GET", path)).body.error.code).toBe("NOT_FOUND");
  });

  test("is listed by module and page by page", async () => {
    const first = await api.call("GET", "/api/v1/templates?module=pms&limit=3");
    expect(first.body.items).toHaveLength(3);
    const rest = await api.call("GET", `/api/v1/templates?module=pms&cursor=${first.body.nextCursor}`);
    expect(rest.body.items.length).toBeGreaterThan(0);
    const keys = [...first.body.items, ...rest.body.items].map(({ key }: { key: string }) => key);
    expect(new Set(keys)).toEqual(new Set(["reserva-confirmada", "acceso-digital"]));
  });

  test("of this key, language and owner there is one; a store may have its own", async () => {
    await create("unica");
    const again = await api.call("POST", "/api/v1/templates", { json: draft("unica") });
    expect(again.body.error).toMatchObject({
      code: "TEMPLATE_EXISTS",
      details: { key: "unica", locale: "es" },
    });
    await create("unica", { storeId: "sto_demo_gracia" });
    await create("unica", { locale: "en" });
    const nowhere = await api.call("POST", "/api/v1/templates", {
      json: draft("otra", { storeId: "sto_x" }),
    });
    expect(nowhere.body.error.code).toBe("STORE_MISSING");
    const both = draft("otra", { storeId: "sto_demo_gracia", groupId: "grp_demo" });
    expect((await api.call("POST", "/api/v1/templates", { json: both })).body.error.code).toBe(
      "INPUT_INVALID",
    );
  });

  test("is refused where it is malformed, with the place", async () => {
    const long = { ...content, buttons: [{ type: "url", text: "x".repeat(26), url: "https://x.test" }] };
    const answer = await api.call("POST", "/api/v1/templates", { json: draft("mala", { content: long }) });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("/content/buttons/0");
  });

  test("is another tenant's business only", async () => {
    const made = await create("secreta");
    const { call } = await api.otherTenant();
    expect((await call("GET", `/api/v1/templates/${made.id}`)).status).toBe(404);
    const reader = await api.withScopes(["templates:read"]);
    expect((await reader("DELETE", `/api/v1/templates/${made.id}`)).body.error.code).toBe("SCOPE_MISSING");
    expect((await reader("POST", `/api/v1/templates/${made.id}/submit`, { json: {} })).body.error.code).toBe(
      "SCOPE_MISSING",
    );
  });
});

describe("before it is submitted", () => {
  test("it is looked at: filled in with values, or with the examples", async () => {
    const made = await create("vista");
    const path = `/api/v1/templates/${made.id}/preview`;
    const shown = await api.call("POST", path, { json: { variables: { nombre: "Eva" } } });
    expect(shown.body).toEqual({
      text: "Hola Eva, tu mesa para 4 personas está lista. Te esperamos.",
      sms: "Hola Eva, tu mesa para 4 personas está lista. Te esperamos.\nVer la mesa: https://laespiga.example/m/12",
      header: null,
      footer: null,
      buttons: [{ type: "url", text: "Ver la mesa", value: "https://laespiga.example/m/12" }],
      problems: [],
    });
    const wrong = await api.call("POST", path, { json: { variables: { personas: "muchas", nadie: "x" } } });
    expect(wrong.body.error).toMatchObject({
      code: "TEMPLATE_INVALID",
      details: { extra: ["nadie"], wrong: [{ name: "personas", expected: "number" }] },
    });
  });

  test("problems are told with their places, in the language asked for, each vendor's own too", async () => {
    const json = {
      category: "utility",
      content: { header: { type: "location" }, body: "{{ nombre }} te espera aquí mismo." },
      variables: [],
    };
    const said = await api.call("POST", "/api/v1/templates/check", {
      json,
      headers: { "accept-language": "es" },
    });
    expect(said.body.problems).toEqual([
      {
        path: "/variables",
        code: "variable_undeclared",
        provider: null,
        message: expect.stringContaining("sin declararla"),
      },
      {
        path: "/body",
        code: "variable_first",
        provider: null,
        message: expect.stringContaining("no puede empezar"),
      },
      {
        path: "/header",
        code: "twilio_location",
        provider: "twilio",
        message: expect.stringContaining("Twilio no tiene"),
      },
    ]);
    const made = await create("mal-hecha", json);
    const submitted = await api.call("POST", `/api/v1/templates/${made.id}/submit`, { json: {} });
    expect(submitted.body.error).toMatchObject({
      code: "TEMPLATE_INVALID",
      message: expect.stringContaining("/body: the body must not start with a variable"),
    });
    expect((await read(made.id)).submissions).toEqual([]);
  });
});

describe("submitted", () => {
  test("it goes to the vendors of the tenant's numbers; Meta's answer comes by webhook, Twilio is asked", async () => {
    const made = await create("enviada");
    const path = `/api/v1/templates/${made.id}`;
    const submitted = await api.call("POST", `${path}/submit`, { json: {} });
    expect(submitted.body.submissions.map(({ provider }: { provider: string }) => provider)).toEqual([
      "meta",
      "twilio",
    ]);
    await until("Meta's approval", async () => stands(await read(made.id)).meta === "approved");
    await api.engine.twilio.idle();
    expect(stands((await api.call("POST", `${path}/sync`)).body)).toEqual({
      meta: "approved",
      twilio: "approved",
    });
    const approved = await api.call("GET", "/api/v1/templates?status=approved&search=enviada");
    expect(approved.body.items).toHaveLength(1);
  });

  test("Twilio is asked by itself when it is due", async () => {
    const made = await create("preguntada");
    await api.call("POST", `/api/v1/templates/${made.id}/submit`, { json: { providers: ["twilio"] } });
    await api.engine.twilio.idle();
    expect(stands(await read(made.id))).toEqual({ twilio: "pending" });
    await inspect(
      api.engine.connection,
      "update template_submissions set check_at = now() where template_id = $1",
      [made.id],
    );
    await syncDueTemplates(api.engine.app.runtime);
    expect(stands(await read(made.id))).toEqual({ twilio: "approved" });
  });

  test("[L6] what Meta says later is followed: paused, another category, quality; an older word changes nothing", async () => {
    const made = await create("seguida");
    await api.call("POST", `/api/v1/templates/${made.id}/submit`, { json: { providers: ["meta"] } });
    await until("Meta's approval", async () => stands(await read(made.id)).meta === "approved");
    const [{ name }] = (await read(made.id)).submissions;
    const { meta } = api.engine;
    await meta.recategorizeTemplate(name, "es", "MARKETING");
    await meta.rateTemplate(name, "es", "RED");
    await meta.decideTemplate(name, "es", "PAUSED", "LOW_QUALITY");
    expect((await read(made.id)).submissions).toMatchObject([
      {
        status: "paused",
        category: "marketing",
        categoryChanged: true,
        quality: "RED",
        reason: "LOW_QUALITY",
      },
    ]);
    const future =
      "update template_submissions set reported_at = now() + interval '1 hour' where template_id = $1";
    await inspect(api.engine.connection, future, [made.id]);
    await meta.decideTemplate(name, "es", "APPROVED");
    expect(stands(await read(made.id))).toEqual({ meta: "paused" });
  });

  test("rejected at both, and what a vendor will not even look at, are kept with the reason", async () => {
    const { meta, twilio } = api.engine;
    meta.reviewTemplates("on-demand");
    twilio.reviewContents("on-demand");
    const made = await create("rechazada");
    const submitted = await api.call("POST", `/api/v1/templates/${made.id}/submit`, { json: {} });
    const [{ name }, { ref }] = submitted.body.submissions;
    await meta.decideTemplate(name, "es", "REJECTED", "TAG_CONTENT_MISMATCH");
    twilio.decideContent(ref, { status: "rejected", rejectionReason: "ABUSIVE_CONTENT" });
    const synced = await api.call("POST", "/api/v1/templates/sync");
    expect(synced.body.failed).toEqual([]);
    expect((await read(made.id)).submissions).toMatchObject([
      { status: "rejected", reason: "TAG_CONTENT_MISMATCH" },
      { status: "rejected", reason: "ABUSIVE_CONTENT" },
    ]);
    const taken = await create("otra-vez", { locale: "es-CO" });
    api.engine.twilio.faults.next({ path: /Content$/ }, { kind: "status", status: 400, code: 20422 });
    const failed = await api.call("POST", `/api/v1/templates/${taken.id}/submit`, {
      json: { providers: ["twilio"] },
    });
    expect(failed.body.submissions).toMatchObject([
      { status: "failed", reason: expect.stringContaining("20422") },
    ]);
    meta.reviewTemplates("at-once");
    twilio.reviewContents("at-once");
  });

  test("[L5] a submission whose answer is lost is found again when it is due", async () => {
    const made = await create("perdida");
    api.engine.twilio.faults.next({ path: /\/v1\/Content$/ }, { kind: "reset-after-accept" });
    const lost = await api.call("POST", `/api/v1/templates/${made.id}/submit`, {
      json: { providers: ["twilio"] },
    });
    expect(stands(lost.body)).toEqual({ twilio: "submitting" });
    const contents = () =>
      api.engine.twilio.ledger().filter((entry) => String(entry.details?.friendlyName).startsWith("perdida_"))
        .length;
    expect(contents()).toBe(1);
    await inspect(
      api.engine.connection,
      "update template_submissions set check_at = now() where template_id = $1",
      [made.id],
    );
    await syncDueTemplates(api.engine.app.runtime);
    expect(contents()).toBe(1);
    expect(stands(await read(made.id))).toEqual({ twilio: "pending" });
  });

  test("changed since, it says that vendors have other words; deleted, it is gone there too", async () => {
    const made = await create("cambiada");
    const path = `/api/v1/templates/${made.id}`;
    await api.call("POST", `${path}/submit`, { json: {} });
    const json = {
      category: "utility",
      content: { body: "Hola {{ nombre }}, buenas tardes a todos." },
      variables: variables.slice(0, 1),
    };
    await api.call("PUT", path, { json, headers: { "if-match": '"1"' } });
    expect((await read(made.id)).submissions).toMatchObject([{ outdated: true }, { outdated: true }]);
    const [{ name }] = (await read(made.id)).submissions;
    expect((await api.call("DELETE", path)).status).toBe(204);
    const left = [...api.engine.meta.ledger(), ...api.engine.twilio.ledger()].filter(
      ({ details }) =>
        (details?.name === name && details?.status !== "DELETED") ||
        (String(details?.friendlyName).startsWith(name) && details?.deleted === false),
    );
    expect(left).toEqual([]);
  });

  test("changed and submitted again, Twilio keeps the content of before until it approves the new one", async () => {
    const made = await create("dos-textos");
    const path = `/api/v1/templates/${made.id}`;
    await api.call("POST", `${path}/submit`, { json: { providers: ["twilio"] } });
    await api.engine.twilio.idle();
    const [first] = (await api.call("POST", `${path}/sync`)).body.submissions;
    const json = {
      category: "utility",
      content: { body: "Hola {{ nombre }}, buenas tardes a todos." },
      variables: variables.slice(0, 1),
    };
    await api.call("PUT", path, { json, headers: { "if-match": '"1"' } });
    const again = await api.call("POST", `${path}/submit`, { json: { providers: ["twilio"] } });
    const contents = () =>
      api.engine.twilio
        .ledger()
        .filter(({ details }) => String(details?.friendlyName).startsWith("dos_textos_") && !details?.deleted)
        .map(({ ref }) => ref);
    expect(again.body.submissions).toMatchObject([
      { status: "pending", outdated: false, meanwhile: { ref: first.ref, status: "approved" } },
    ]);
    const [{ ref }] = again.body.submissions;
    expect(contents()).toEqual([first.ref, ref]);
    await api.engine.twilio.idle();
    expect((await api.call("POST", `${path}/sync`)).body.submissions).toMatchObject([
      { ref, status: "approved", meanwhile: null },
    ]);
  });

  test("without a number at such a vendor it is said what is missing", async () => {
    const { call } = await api.otherTenant();
    const made = await call("POST", "/api/v1/templates", { json: draft("sin-numero") });
    const answer = await call("POST", `/api/v1/templates/${made.body.id}/submit`, { json: {} });
    expect(answer.body.error.code).toBe("SENDER_MISSING");
  });
});

describe("the picker", () => {
  test("finds a template by its words, whatever their accents, and by its value", async () => {
    const found = await api.call("GET", "/api/v1/options/templates?search=RESÉRVA-CONF");
    expect(found.body.items).toEqual([
      {
        value: "reserva-confirmada",
        label: "reserva-confirmada",
        detail: expect.stringContaining("en, es"),
        variables: expect.arrayContaining(["nombre", "codigo", "fecha", "lugar"]),
      },
    ]);
    const one = await api.call("GET", "/api/v1/options/templates?value=llamada-perdida");
    expect(one.body.items).toHaveLength(1);
  });

  test("gives pages, and other things to choose from", async () => {
    const first = await api.call("GET", "/api/v1/options/stores?limit=2");
    const second = await api.call(
      "GET",
      `/api/v1/options/stores?limit=10&cursor=${encodeURIComponent(first.body.nextCursor)}`,
    );
    const labels = [...first.body.items, ...second.body.items].map(({ label }: { label: string }) => label);
    expect(labels).toHaveLength(5);
    expect(labels).toEqual(labels.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    expect((await api.call("GET", "/api/v1/options/numbers")).body.items.length).toBeGreaterThan(4);
    expect((await api.call("GET", "/api/v1/options/store-groups")).body.items).toHaveLength(1);
    expect((await api.call("GET", "/api/v1/options/secrets")).status).toBe(404);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { syncDueTemplates } from "../../engine/runtime/template-submissions.ts";
import { startTestApi, type TestApi } from "../http/test-api.ts";
import { inspect } from "../support/database.ts";
import { until } from "../support/until.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.publish(
    flow("aviso", { template: "{{ trigger.input.plantilla }}", variables: "{{ trigger.input.valores }}" }),
  );
});
afterEach(() => api.engine.meta.reviewTemplates("at-once"));
afterAll(() => api.stop());

const PNG = Buffer.from("89504e470d0a1a0a0011223344", "hex");

/** Sends a template from the tenant's number at Meta, and says how it came out. */
function flow(key: string, params: object): Flow {
  const node = (id: string, type: string, x: number, given: object) => ({
    id,
    type,
    version: 1,
    position: { x, y: 0 },
    data: { label: id, params: given },
  });
  const input = {
    type: "object",
    required: ["telefono", "plantilla", "valores"],
    properties: {
      telefono: { type: "string" },
      plantilla: { type: "string" },
      valores: { type: "object" },
      archivo: { type: "string" },
    },
  };
  const sending = {
    to: "{{ trigger.input.telefono }}",
    fromNumber: "num_demo_meta",
    channels: ["whatsapp"],
    locale: "es",
    header: { file: "{{ trigger.input.archivo }}" },
    ...params,
  };
  const reply = {
    status: 200,
    json: { intentos: "{{ steps.enviar.attempts }}", texto: "{{ steps.enviar.text }}" },
  };
  return {
    schemaVersion: 1,
    key,
    name: key,
    description: "",
    settings: { locale: "es" },
    nodes: [
      node("peticion", "api.run", 0, { input }),
      node("enviar", "messaging.template", 200, sending),
      node("responder", "core.reply", 400, reply),
    ],
    edges: [
      { id: "a", source: "peticion", sourceHandle: "next", target: "enviar" },
      ...["sent", "undeliverable"].map((port) => ({
        id: port,
        source: "enviar",
        sourceHandle: port,
        target: "responder",
      })),
    ],
  } as unknown as Flow;
}

async function send(input: object) {
  const answer = await api.call("POST", "/api/v1/flows/aviso/runs?wait=15", { json: { input } });
  expect(answer.status, answer.text).toBe(200);
  return { ...answer.body, runId: answer.headers.get("x-run-id") };
}

const sentTo = (to: string) =>
  api.engine.meta.ledger().filter((entry) => entry.kind === "message" && entry.to === to);
const heldBy = (runId: string) =>
  inspect(
    api.engine.connection,
    "select id from effects where run_id = $1 union all select id from credit_holds where run_id = $1",
    [runId],
  );

async function approved(key: string, content: object, variables: readonly object[]) {
  const json = { key, locale: "es", category: "utility", content, variables };
  const made = await api.call("POST", "/api/v1/templates", { json });
  expect(made.body.problems).toEqual([]);
  await api.call("POST", `/api/v1/templates/${made.body.id}/submit`, { json: { providers: ["meta"] } });
  return until(`${key} to be approved`, async () => {
    const { body } = await api.call("GET", `/api/v1/templates/${made.body.id}`);
    return body.submissions[0].status === "approved" ? body : null;
  });
}

const upload = async (bytes: Buffer, type: string) =>
  (
    await api.call("POST", "/api/v1/media?name=qr.png", {
      raw: new Uint8Array(bytes),
      headers: { "content-type": type },
    })
  ).body.id;

describe("a template over Meta, from writing it to its delivery", () => {
  const values = { nombre: "Ana", codigo: "R-7" };
  const variables = [
    { name: "nombre", example: "Lucía" },
    { name: "codigo", example: "R-1" },
  ];

  test("picture, words and buttons arrive as Meta wants them; a stored picture is uploaded once", async () => {
    const sample = await upload(PNG, "image/png");
    await approved(
      "entrada",
      {
        header: { type: "image", sample },
        body: "Hola {{ nombre }}, tu entrada {{ codigo }} está lista para esta noche.",
        buttons: [
          { type: "quick_reply", text: "Confirmar", payload: "ok:{{ codigo }}" },
          { type: "url", text: "Ver", url: "https://laespiga.example/e/{{ codigo }}" },
        ],
      },
      variables,
    );
    const { intentos, texto } = await send({
      telefono: "+573001300001",
      plantilla: "entrada",
      valores: values,
    });
    expect(intentos).toMatchObject([{ result: "accepted" }]);
    expect(texto).toBe("Hola Ana, tu entrada R-7 está lista para esta noche.");
    const [message] = sentTo("+573001300001");
    const uploaded = expect.stringMatching(/^\d+$/);
    expect(message).toMatchObject({
      body: texto,
      details: {
        request: {
          template: {
            components: [
              { type: "header", parameters: [{ type: "image", image: { id: uploaded } }] },
              {
                type: "body",
                parameters: [
                  { parameter_name: "nombre", text: "Ana" },
                  { parameter_name: "codigo", text: "R-7" },
                ],
              },
              { type: "button", sub_type: "quick_reply", index: "0", parameters: [{ payload: "ok:R-7" }] },
              { type: "button", sub_type: "url", index: "1", parameters: [{ text: "R-7" }] },
            ],
          },
        },
      },
    });
  });

  test("[L10] a file that is no picture costs nothing", async () => {
    const text = await upload(Buffer.from("hola"), "text/plain");
    const result = await send({
      telefono: "+573001300002",
      plantilla: "entrada",
      valores: values,
      archivo: text,
    });
    expect(result.intentos).toMatchObject([{ result: "refused", reason: "bad_content", code: "media_type" }]);
    expect(result.intentos[0].message).toContain("text/plain");
    expect(await heldBy(result.runId)).toEqual([]);
    expect(sentTo("+573001300002")).toEqual([]);
  });

  test("[L3] paused by Meta it is refused before anything is held, and goes on when Meta lets it", async () => {
    const { submissions } = await approved(
      "pausable",
      { body: "Hola {{ nombre }}, tu código es {{ codigo }} desde hoy." },
      variables,
    );
    const [{ name }] = submissions;
    await api.engine.meta.decideTemplate(name, "es", "PAUSED", "LOW_QUALITY");
    const refused = await send({ telefono: "+573001300003", plantilla: "pausable", valores: values });
    expect(refused.intentos).toMatchObject([{ result: "refused", code: "template_paused" }]);
    expect(refused.intentos[0].message).toContain("LOW_QUALITY");
    expect(await heldBy(refused.runId)).toEqual([]);
    await api.engine.meta.decideTemplate(name, "es", "REINSTATED");
    const sent = await send({ telefono: "+573001300003", plantilla: "pausable", valores: values });
    expect(sent.intentos).toMatchObject([{ result: "accepted" }]);
  });

  test("[L4] changed here, Meta's words go out, and are on record, until it is submitted again", async () => {
    const made = await approved(
      "cambiante",
      { body: "Hola {{ nombre }}, tu código es {{ codigo }} desde hoy." },
      variables,
    );
    const json = {
      category: "utility",
      content: { body: "Buenas {{ nombre }}, ya puedes pasar: {{ codigo }} es tu código." },
      variables,
    };
    await api.call("PUT", `/api/v1/templates/${made.id}`, { json, headers: { "if-match": '"1"' } });
    const { runId } = await send({ telefono: "+573001300004", plantilla: "cambiante", valores: values });
    const words = "Hola Ana, tu código es R-7 desde hoy.";
    expect(sentTo("+573001300004")).toMatchObject([{ body: words }]);
    expect(
      await inspect(api.engine.connection, "select body from messages where run_id = $1", [runId]),
    ).toEqual([{ body: words }]);
  });

  test("[L4] submitted again, the words before go out until the new ones are approved, and are taken away a day later", async () => {
    const made = await approved(
      "sin-pausa",
      { body: "Hola {{ nombre }}, tu código es {{ codigo }} desde hoy." },
      variables,
    );
    const [{ name: before, ref }] = made.submissions;
    api.engine.meta.reviewTemplates("on-demand");
    const submission = await changeAndSubmit(
      made.id,
      1,
      "Buenas {{ nombre }}, ya puedes pasar: {{ codigo }} es tu código.",
    );
    expect(submission).toMatchObject({
      status: "pending",
      meanwhile: { name: before, ref, status: "approved" },
    });
    await send({ telefono: "+573001300005", plantilla: "sin-pausa", valores: values });
    expect(sentTo("+573001300005")).toMatchObject([{ body: "Hola Ana, tu código es R-7 desde hoy." }]);

    await api.engine.meta.decideTemplate(submission.name, "es", "APPROVED");
    await send({ telefono: "+573001300006", plantilla: "sin-pausa", valores: values });
    expect(sentTo("+573001300006")).toMatchObject([
      { body: "Buenas Ana, ya puedes pasar: R-7 es tu código." },
    ]);
    expect(await toRetire(made.id)).toEqual([{ revision: 1, tomorrow: true }]);
    expect(atMeta(before)).toMatchObject({ status: "APPROVED" });

    await retireNow(made.id);
    expect(atMeta(before)).toMatchObject({ status: "DELETED" });
    expect(await toRetire(made.id)).toEqual([]);
    const { body } = await api.call("GET", `/api/v1/templates/${made.id}`);
    expect(body.submissions).toMatchObject([{ status: "approved", name: submission.name, meanwhile: null }]);
  });

  test("[L4] a change that Meta rejects stops nothing, and goes when the next one comes", async () => {
    const made = await approved(
      "rechazada",
      { body: "Hola {{ nombre }}, tu código es {{ codigo }} desde hoy." },
      variables,
    );
    const [{ name: first }] = made.submissions;
    api.engine.meta.reviewTemplates("on-demand");
    const second = await changeAndSubmit(made.id, 1, "Compra ya, {{ nombre }}: {{ codigo }} es tu premio.");
    await api.engine.meta.decideTemplate(second.name, "es", "REJECTED", "INCORRECT_CATEGORY");
    await send({ telefono: "+573001300007", plantilla: "rechazada", valores: values });
    expect(sentTo("+573001300007")).toMatchObject([{ body: "Hola Ana, tu código es R-7 desde hoy." }]);

    const third = await changeAndSubmit(made.id, 2, "Hola {{ nombre }}, aquí está {{ codigo }}, tu código.");
    expect(third).toMatchObject({ status: "pending", meanwhile: { name: first } });
    expect(await toRetire(made.id)).toEqual([{ revision: 2, tomorrow: false }]);
    await syncDueTemplates(api.engine.app.runtime);
    expect([first, second.name].map((name) => atMeta(name)?.status)).toEqual(["APPROVED", "DELETED"]);
    // Submitted once more as it is: it stands with Meta already.
    const submits = api.engine.meta.ledger().length;
    await api.call("POST", `/api/v1/templates/${made.id}/submit`, { json: { providers: ["meta"] } });
    expect(api.engine.meta.ledger()).toHaveLength(submits);
  });

  async function changeAndSubmit(id: string, revision: number, body: string) {
    const path = `/api/v1/templates/${id}`;
    const json = { category: "utility", content: { body }, variables };
    const saved = await api.call("PUT", path, { json, headers: { "if-match": `"${revision}"` } });
    expect(saved.status, saved.text).toBe(200);
    const answer = await api.call("POST", `${path}/submit`, { json: { providers: ["meta"] } });
    expect(answer.status, answer.text).toBe(200);
    return answer.body.submissions[0];
  }

  const toRetire = (id: string) =>
    inspect(
      api.engine.connection,
      `select revision, retire_at > now() as tomorrow from template_submissions
        where template_id = $1 and retire_at is not null order by revision`,
      [id],
    );
  const atMeta = (name: string) =>
    api.engine.meta.ledger().findLast(({ kind, details }) => kind === "template" && details?.name === name)
      ?.details;

  async function retireNow(id: string) {
    const due =
      "update template_submissions set check_at = now() where template_id = $1 and retire_at is not null";
    await inspect(api.engine.connection, due, [id]);
    await syncDueTemplates(api.engine.app.runtime);
  }
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await buildEngine();
});
afterAll(() => engine.stop());

async function call(method: string, path: string, body?: object) {
  const response = await fetch(`${engine.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

const POLICY = {
  title: "Política de cancelación",
  collection: "hotel",
  body: "Se puede cancelar sin costo hasta 48 horas antes de la llegada.\n\nDespués se cobra la primera noche.",
};

test("a document is found by the words of a question, in any form and without accents", async () => {
  const made = await call("POST", "/knowledge/documents", POLICY);
  expect(made).toMatchObject({ status: 201, body: { title: POLICY.title, passages: 1, language: "es" } });
  for (const question of [
    "¿Puedo cancelar mi reserva?",
    "cancelacion gratis",
    "¿cuánto cobran si cancelo?",
  ]) {
    const found = await call(
      "GET",
      `/knowledge/search?collection=hotel&question=${encodeURIComponent(question)}`,
    );
    expect(found.body.passages[0]).toMatchObject({ documentId: made.body.id, position: 1 });
  }
  expect((await call("GET", "/knowledge/search?question=estacionamiento")).body.passages).toEqual([]);
});

test("a question with its answer is a passage, in the language it is written in", async () => {
  await call("POST", "/knowledge/documents", {
    title: "FAQ",
    kind: "faq",
    language: "en",
    collection: "english",
    questions: [
      { question: "Do you have parking?", answer: "Yes, parking spaces are free for guests." },
      { question: "Are pets allowed?", answer: "Small dogs are welcome." },
    ],
  });
  const found = await call("GET", "/knowledge/search?question=where+can+I+park&collection=english");
  expect(found.body.passages.map(({ text }: { text: string }) => text)).toEqual([
    "Do you have parking?\nYes, parking spaces are free for guests.",
  ]);
  const elsewhere = await call("GET", "/knowledge/search?question=where+can+I+park&collection=hotel");
  expect(elsewhere.body.passages).toEqual([]);
});

test("what is written anew is found by its new words alone; what is deleted by none", async () => {
  const { body } = await call("POST", "/knowledge/documents", {
    title: "Piscina",
    body: "La piscina abre a las diez.",
  });
  const path = `/knowledge/documents/${body.id}`;
  await call("PUT", path, { title: "Gimnasio", body: "El gimnasio abre a las seis." });
  const search = async (word: string) =>
    (await call("GET", `/knowledge/search?question=${word}`)).body.passages;
  expect(await search("piscina")).toEqual([]);
  expect(await search("gimnasio")).toHaveLength(1);
  expect((await call("GET", path)).body).toMatchObject({
    title: "Gimnasio",
    body: "El gimnasio abre a las seis.",
  });
  expect((await call("DELETE", path)).status).toBe(204);
  expect(await search("gimnasio")).toEqual([]);
  expect((await call("PUT", path, { title: "Nada" })).status).toBe(404);
});

test("pages go from the newest to the oldest", async () => {
  const first = await call("GET", "/knowledge/documents?limit=1");
  const second = await call("GET", `/knowledge/documents?limit=1&cursor=${first.body.nextCursor}`);
  expect(first.body.items[0].id > second.body.items[0].id).toBe(true);
});

test("a search of odd characters finds nothing, and breaks nothing", async () => {
  for (const odd of ["'", "a & | !", ":*", "<->", "💥", "de la que"]) {
    const found = await call("GET", `/knowledge/search?question=${encodeURIComponent(odd)}`);
    expect(found).toMatchObject({ status: 200, body: { passages: [] } });
  }
});

test("what is decided for all agents is kept, and replaced as a whole", async () => {
  expect((await call("GET", "/settings/agent")).body).toEqual({});
  const decided = {
    business: "hotel",
    tone: "warm",
    dailyTokens: 100_000,
    disclosure: "Le atiende un asistente virtual.",
    disclosures: { ES: "Le atiende un programa." },
    redact: ["card", "identity"],
  };
  expect((await call("PUT", "/settings/agent", decided)).body).toEqual(decided);
  expect((await call("PUT", "/settings/agent", { business: "shop" })).body).toEqual({ business: "shop" });
  for (const wrong of [{ business: "casino" }, { redact: ["name"] }, { disclosures: { spain: "Hola" } }])
    expect((await call("PUT", "/settings/agent", wrong)).status).toBe(422);
});

test("another tenant's documents are not found", async () => {
  const { body } = await call("POST", "/knowledge/documents", {
    title: "Secreto",
    body: "La clave es alcachofa.",
  });
  const rows = await engine.app.db.asTenant("ten_other", ({ sql }) =>
    sql("knowledge_passages").where({ document_id: body.id }),
  );
  expect(rows).toEqual([]);
});

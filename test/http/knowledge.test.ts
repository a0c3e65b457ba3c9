import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { smallPdf } from "../support/small-pdf.ts";

let engine: TestEngine;
let site: { readonly url: string; close(): void };
beforeAll(async () => {
  site = await webSite();
  engine = await buildEngine({ config: { privateOrigins: [site.url] } });
});
afterAll(async () => {
  await engine.stop();
  site.close();
});

async function webSite() {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<title>Tarifas</title><main><p>El abono mensual cuesta 90.000.</p></main>");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

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

async function upload(query: string, bytes: Buffer, type = "application/pdf") {
  const response = await fetch(`${engine.url}/api/v1/knowledge/pdf?${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": type },
    body: Uint8Array.from(bytes),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

test("a PDF is found by its words, and can be written anew as what it is", async () => {
  const pdf = smallPdf(["El gimnasio abre a las 5:00.", "La piscina cierra los lunes."]);
  const made = await upload("title=Gimnasio&collection=gym", pdf);
  expect(made).toMatchObject({ status: 201, body: { kind: "pdf", title: "Gimnasio", collection: "gym" } });
  const found = await call("GET", "/knowledge/search?collection=gym&question=piscina");
  expect(found.body.passages[0]).toMatchObject({ documentId: made.body.id, title: "Gimnasio" });
  const { id, passages, createdAt, updatedAt, ...content } = made.body;
  expect((await call("PUT", `/knowledge/documents/${id}`, content)).status).toBe(200);
  const broken = await upload("title=Roto", Buffer.from("nada"));
  expect(broken).toMatchObject({ status: 422, body: { error: { code: "DOCUMENT_UNREADABLE" } } });
});

test("a web page is found by its words; one in a private place is not fetched", async () => {
  const made = await call("POST", "/knowledge/web", { url: `${site.url}/tarifas`, collection: "web" });
  expect(made).toMatchObject({
    status: 201,
    body: { kind: "web", title: "Tarifas", sourceUrl: `${site.url}/tarifas`, passages: 1 },
  });
  const found = await call("GET", "/knowledge/search?collection=web&question=abono");
  expect(found.body.passages).toMatchObject([{ text: "El abono mensual cuesta 90.000." }]);
  const refused = await call("POST", "/knowledge/web", { url: "http://127.0.0.1:1/" });
  expect(refused).toMatchObject({ status: 502, body: { error: { code: "FETCH_BLOCKED" } } });
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

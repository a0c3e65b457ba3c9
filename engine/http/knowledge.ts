import { type Static, Type } from "typebox";
import { AppError } from "../errors.ts";
import type { GuardedDownload } from "../plugin-api.ts";
import { PDF_LIMITS, pdfText } from "../runtime/documents/pdf-text.ts";
import { webText } from "../runtime/documents/web-text.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Database } from "../store/database.ts";
import {
  type DocumentContent,
  type DocumentRow,
  deleteDocument,
  listDocuments,
  readDocument,
  searchPassages,
  writeDocument,
} from "../store/knowledge.ts";
import { At, Limit } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Agents";
const KINDS = ["text", "faq", "web", "pdf"] as const;
const LONGEST = 200_000;
const strict = { additionalProperties: false } as const;
const LIST = "/api/v1/knowledge/documents";
const ONE = "/api/v1/knowledge/documents/:document";
const DocumentId = Type.String({ pattern: "^doc_[0-9a-f]{32}$", description: "Id of a document." });
const Collection = Type.String({
  pattern: "^[a-z][a-z0-9_-]{0,63}$",
  description: "Documents an agent may be limited to.",
});

const where = {
  collection: Type.Optional(Type.Unsafe<string>({ ...Collection, default: "general" })),
  language: Type.Optional(Type.Enum(["es", "en"], { default: "es" })),
};
const content = {
  title: Type.String({ minLength: 1, maxLength: 200 }),
  ...where,
  kind: Type.Optional(Type.Enum([...KINDS], { default: "text" })),
  sourceUrl: Type.Optional(
    Type.Union([Type.String({ pattern: "^https?://", maxLength: 2000 }), Type.Null()], {
      description: "Where it was taken from.",
    }),
  ),
  body: Type.Optional(
    Type.String({ maxLength: LONGEST, description: "Plain text; an empty line parts paragraphs." }),
  ),
  questions: Type.Optional(
    Type.Array(
      Type.Object(
        {
          question: Type.String({ minLength: 1, maxLength: 500 }),
          answer: Type.String({ minLength: 1, maxLength: 4000 }),
        },
        strict,
      ),
      { maxItems: 500, description: "Of a FAQ." },
    ),
  ),
};
const Content = Type.Object(content, strict);

const Document = Type.Object({
  id: Type.String(),
  title: Type.String(),
  collection: Type.String(),
  kind: Type.Enum([...KINDS]),
  language: Type.Enum(["es", "en"]),
  sourceUrl: Type.Union([Type.String(), Type.Null()]),
  passages: Type.Integer({ description: "How many pieces can be found." }),
  createdAt: At,
  updatedAt: At,
});
const WholeDocument = Type.Object({
  ...Document.properties,
  body: Type.String(),
  questions: Type.Array(Type.Object({ question: Type.String(), answer: Type.String() })),
});
const Found = Type.Object({
  passages: Type.Array(
    Type.Object({
      documentId: Type.String(),
      title: Type.String(),
      position: Type.Integer(),
      text: Type.String(),
      score: Type.Number(),
    }),
  ),
});

/** What agents of a tenant know: documents and questions with their answers, searched by words. */
export function knowledgeRoutes({ db, download }: Pick<Runtime, "db" | "download">): readonly Route[] {
  return [
    listRoute(db),
    createRoute(db),
    pdfRoute(db),
    webRoute(db, download),
    searchRoute(db),
    readRoute(db),
    replaceRoute(db),
    removeRoute(db),
  ];
}

function listRoute(db: Database): Route {
  return route({
    id: "listKnowledge",
    method: "get",
    path: LIST,
    tag,
    summary: "Documents agents know, newest first",
    scope: "data:read",
    query: Type.Object(
      {
        collection: Type.Optional(Collection),
        cursor: Type.Optional(DocumentId),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "A page of documents.", schema: pageSchema(Document) } },
    async handler({ caller, query: { collection = null, cursor: before = null, limit = 50 } }) {
      const page = { collection, before, limit: limit + 1 };
      const rows = await db.asTenant(caller.tenantId, (scope) => listDocuments(scope, page));
      return json(
        200,
        pageOf(rows, limit, ({ id }) => id, documentView),
      );
    },
  });
}

function createRoute(db: Database): Route {
  return route({
    id: "createKnowledge",
    method: "post",
    path: LIST,
    tag,
    summary: "Let agents know a document",
    scope: "data:write",
    body: Content,
    responses: { 201: { description: "It can be found.", schema: WholeDocument } },
    errors: ["INPUT_INVALID"],
    handler: async ({ caller, body }) => json(201, await write(db, caller.tenantId, body, null)),
  });
}

function pdfRoute(db: Database): Route {
  return route({
    id: "createKnowledgeFromPdf",
    method: "post",
    path: "/api/v1/knowledge/pdf",
    tag,
    summary: "Let agents know what is written in a PDF: 10 MiB and 300 pages at most",
    scope: "data:write",
    query: Type.Object({ title: content.title, ...where }, strict),
    upload: { limitBytes: PDF_LIMITS.bytes },
    headers: { "Content-Type": { description: "application/pdf", required: true } },
    responses: { 201: { description: "It can be found.", schema: WholeDocument } },
    errors: ["DOCUMENT_UNREADABLE", "BODY_TOO_LARGE"],
    async handler({ caller, query, file }) {
      const pages = await pdfText(file);
      const body = shortEnough(pages.join("\n\n"));
      return json(201, await write(db, caller.tenantId, { ...query, kind: "pdf", body }, null));
    },
  });
}

function webRoute(db: Database, download: GuardedDownload): Route {
  return route({
    id: "createKnowledgeFromWeb",
    method: "post",
    path: "/api/v1/knowledge/web",
    tag,
    summary: "Let agents know what is written on a web page, as it is now",
    scope: "data:write",
    body: Type.Object(
      {
        url: Type.String({ pattern: "^https?://", maxLength: 2000 }),
        title: Type.Optional(
          Type.String({ minLength: 1, maxLength: 200, description: "In place of the page's own." }),
        ),
        ...where,
      },
      strict,
    ),
    responses: { 201: { description: "It can be found.", schema: WholeDocument } },
    errors: ["DOCUMENT_UNREADABLE", "FETCH_BLOCKED", "FETCH_FAILED"],
    async handler({ caller, body: { url, title, ...more } }) {
      const page = await webText(download, url);
      const named = title ?? (page.title || new URL(url).host);
      const document = {
        ...more,
        title: named,
        kind: "web",
        sourceUrl: url,
        body: shortEnough(page.text),
      } as const;
      return json(201, await write(db, caller.tenantId, document, null));
    },
  });
}

function shortEnough(text: string): string {
  if (text.length <= LONGEST) return text;
  throw new AppError(
    "DOCUMENT_UNREADABLE",
    `There are ${text.length} characters in it; expected ${LONGEST} at most. Part it into several documents.`,
  );
}

function searchRoute(db: Database): Route {
  return route({
    id: "searchKnowledge",
    method: "get",
    path: "/api/v1/knowledge/search",
    tag,
    summary: "What an agent would find for a question",
    scope: "data:read",
    query: Type.Object(
      {
        question: Type.String({ minLength: 1, maxLength: 1000 }),
        collection: Type.Optional(Collection),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "Passages, best first.", schema: Found } },
    async handler({ caller, query: { question, collection, limit = 5 } }) {
      const options = { limit, ...(collection === undefined ? {} : { collections: [collection] }) };
      const passages = await db.asTenant(caller.tenantId, (scope) =>
        searchPassages(scope, question, options),
      );
      return json(200, { passages });
    },
  });
}

function readRoute(db: Database): Route {
  return route({
    id: "readKnowledge",
    method: "get",
    path: ONE,
    tag,
    summary: "A document with its words",
    scope: "data:read",
    params: Type.Object({ document: DocumentId }),
    responses: { 200: { description: "The document.", schema: WholeDocument } },
    errors: ["NOT_FOUND"],
    handler: async ({ caller, params }) => json(200, await read(db, caller.tenantId, params.document)),
  });
}

function replaceRoute(db: Database): Route {
  return route({
    id: "replaceKnowledge",
    method: "put",
    path: ONE,
    tag,
    summary: "Write a document anew",
    scope: "data:write",
    params: Type.Object({ document: DocumentId }),
    body: Content,
    responses: { 200: { description: "As it is found now.", schema: WholeDocument } },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    handler: async ({ caller, params, body }) =>
      json(200, await write(db, caller.tenantId, body, params.document)),
  });
}

function removeRoute(db: Database): Route {
  return route({
    id: "deleteKnowledge",
    method: "delete",
    path: ONE,
    tag,
    summary: "Let agents forget a document",
    scope: "data:write",
    params: Type.Object({ document: DocumentId }),
    responses: { 204: { description: "It is gone." } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params: { document } }) {
      if (await db.asTenant(caller.tenantId, (scope) => deleteDocument(scope, document))) return noContent();
      throw missing(document);
    },
  });
}

async function write(db: Database, tenantId: string, body: Static<typeof Content>, id: string | null) {
  const written = await db.asTenant(tenantId, (scope) => writeDocument(scope, contentOf(body), id));
  if (written === null) throw missing(id ?? "");
  return read(db, tenantId, written);
}

async function read(db: Database, tenantId: string, id: string) {
  const row = await db.asTenant(tenantId, (scope) => readDocument(scope, id));
  if (!row) throw missing(id);
  return { ...documentView(row), body: row.body, questions: row.questions };
}

function contentOf(given: Static<typeof Content>): DocumentContent {
  const { title, collection = "general", kind = "text", language = "es", sourceUrl = null } = given;
  const { body = "", questions = [] } = given;
  return { title, collection, kind, language, source_url: sourceUrl, body, questions };
}

function missing(id: string): AppError {
  return new AppError("NOT_FOUND", `There is no document "${id}".`);
}

function documentView({ id, title, collection, kind, language, passages, ...row }: DocumentRow) {
  const { source_url: sourceUrl, created_at: createdAt, updated_at: updatedAt } = row;
  return { id, title, collection, kind, language, sourceUrl, passages, createdAt, updatedAt };
}

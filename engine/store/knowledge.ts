import { passagesOf, type Question, searchable } from "../core/passages.ts";
import { newId } from "../ids.ts";
import type { TenantScope } from "./database.ts";

export interface DocumentContent {
  readonly title: string;
  readonly collection: string;
  readonly kind: "text" | "faq" | "web" | "pdf";
  readonly language: "es" | "en";
  readonly source_url: string | null;
  readonly body: string;
  readonly questions: readonly Question[];
}

export interface DocumentRow extends DocumentContent {
  readonly id: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly passages: number;
}

export interface PassageRow {
  readonly documentId: string;
  readonly title: string;
  readonly position: number;
  readonly text: string;
  readonly score: number;
}

const CONFIGURATIONS = { es: "spanish", en: "english" } as const;
const PASSAGES = `(select count(*)::int from knowledge_passages p where p.tenant_id = knowledge_documents.tenant_id
  and p.document_id = knowledge_documents.id) as passages`;

/** Writes a document and its passages; with an id, in place of what was there. False when there is no such document. */
export async function writeDocument(
  scope: TenantScope,
  content: DocumentContent,
  id: string | null,
): Promise<string | null> {
  const { sql, tenantId } = scope;
  const row = { ...content, questions: JSON.stringify(content.questions) };
  const documentId = id ?? newId("document");
  if (id === null) await sql("knowledge_documents").insert({ ...row, id: documentId, tenant_id: tenantId });
  else {
    const changed = await sql("knowledge_documents")
      .where({ "knowledge_documents.tenant_id": tenantId, "knowledge_documents.id": id })
      .update({ ...row, updated_at: sql.fn.now() });
    if (changed === 0) return null;
    await sql("knowledge_passages")
      .where({ "knowledge_passages.tenant_id": tenantId, "knowledge_passages.document_id": id })
      .delete();
  }
  await insertPassages(scope, documentId, content);
  return documentId;
}

async function insertPassages(
  { sql, tenantId }: Readonly<TenantScope>,
  document_id: string,
  { title, body, questions, language }: DocumentContent,
): Promise<void> {
  const rows = passagesOf(body, questions).map((text, index) => ({
    tenant_id: tenantId,
    document_id,
    position: index + 1,
    body: text,
    search: sql.raw("to_tsvector(?::regconfig, ?)", [
      CONFIGURATIONS[language],
      searchable(`${title}\n${text}`),
    ]),
  }));
  if (rows.length > 0) await sql("knowledge_passages").insert(rows);
}

export function readDocument({ sql, tenantId }: TenantScope, id: string): Promise<DocumentRow | undefined> {
  return sql("knowledge_documents")
    .where({ "knowledge_documents.tenant_id": tenantId, "knowledge_documents.id": id })
    .select("knowledge_documents.*", sql.raw(PASSAGES))
    .first();
}

/** Newest first. */
export function listDocuments(
  { sql, tenantId }: TenantScope,
  page: { readonly collection: string | null; readonly before: string | null; readonly limit: number },
): Promise<DocumentRow[]> {
  const query = sql("knowledge_documents")
    .where("knowledge_documents.tenant_id", tenantId)
    .orderBy("knowledge_documents.id", "desc")
    .limit(page.limit)
    .select("knowledge_documents.*", sql.raw(PASSAGES));
  if (page.collection !== null) query.where("knowledge_documents.collection", page.collection);
  if (page.before !== null) query.where("knowledge_documents.id", "<", page.before);
  return query;
}

/** False when there was none. */
export async function deleteDocument({ sql, tenantId }: TenantScope, id: string): Promise<boolean> {
  const deleted = await sql("knowledge_documents")
    .where({ "knowledge_documents.tenant_id": tenantId, "knowledge_documents.id": id })
    .delete();
  return deleted > 0;
}

/**
 * Passages that share words with a question, best first. Any word counts: a question of a person rarely has all the words of
 * its answer. Both languages are asked, because whoever asks need not write in that of the document.
 */
export async function searchPassages(
  { sql, tenantId }: TenantScope,
  question: string,
  { limit, collections }: { readonly limit: number; readonly collections?: readonly string[] },
): Promise<readonly PassageRow[]> {
  const words = searchable(question);
  const query = sql("knowledge_passages as p")
    .join("knowledge_documents as d", (on) =>
      on.on("d.tenant_id", "p.tenant_id").andOn("d.id", "p.document_id"),
    )
    .joinRaw(
      `cross join (select
      replace(plainto_tsquery('spanish', ?)::text, '&', '|')::tsquery as es,
      replace(plainto_tsquery('english', ?)::text, '&', '|')::tsquery as en) q`,
      [words, words],
    )
    .where("p.tenant_id", tenantId)
    .whereRaw("p.search @@ case d.language when 'en' then q.en else q.es end")
    .select("p.document_id as documentId", "d.title", "p.position", "p.body as text")
    .select(
      sql.raw("ts_rank_cd(p.search, case d.language when 'en' then q.en else q.es end, 1)::float8 as score"),
    )
    .orderBy([{ column: "score", order: "desc" }, "p.document_id", "p.position"])
    .limit(limit);
  return collections && collections.length > 0 ? query.whereIn("d.collection", [...collections]) : query;
}

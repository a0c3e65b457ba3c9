import type { Knex } from "knex";

/** What agents know may come from a PDF. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table knowledge_documents drop constraint knowledge_documents_kind_check;
alter table knowledge_documents add constraint knowledge_documents_kind_check
  check (kind in ('text', 'faq', 'web', 'pdf'));
`);
}

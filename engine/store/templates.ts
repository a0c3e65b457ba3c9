import type { JsonObject } from "../core/json.ts";
import type { TemplateCategory, TemplateContent, TemplateVariable } from "../core/template-content.ts";
import type { Database, TenantScope } from "./database.ts";

export type SubmissionStatus =
  | "submitting"
  | "pending"
  | "approved"
  | "rejected"
  | "paused"
  | "disabled"
  | "deleted"
  | "failed";

/** The words of a template, with the variables they name. */
export interface TemplateWords {
  readonly content: TemplateContent;
  readonly variables: readonly TemplateVariable[];
}

/** What one vendor was given of one revision of a template, and what it says of it. */
export interface SubmissionRow {
  readonly provider: string;
  readonly status: SubmissionStatus;
  readonly ref: string | null;
  readonly name: string;
  readonly language: string;
  readonly names: JsonObject;
  readonly content: TemplateWords;
  readonly revision: number;
  readonly category: TemplateCategory;
  readonly quality: string | null;
  readonly reason: string | null;
  readonly submitted_at: string;
  readonly reported_at: string | null;
  readonly tries: number;
  /** When it is to be taken away at the vendor, since there is a newer one. */
  readonly retire_at: string | null;
}

/** A template in one language, of the tenant, a group or a store. */
export interface TemplateRow {
  readonly id: string;
  readonly key: string;
  readonly locale: string;
  readonly category: TemplateCategory;
  readonly module: string | null;
  readonly body: string;
  readonly parts: Omit<TemplateContent, "body">;
  readonly declared: readonly TemplateVariable[];
  /** Names in vendor order. */
  readonly variables: readonly string[];
  /** Names that vendors know it by without a submission from here. */
  readonly vendors: JsonObject;
  readonly group_id: string | null;
  readonly store_id: string | null;
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** By provider, the newest of each first. */
  readonly submissions: readonly SubmissionRow[];
}

export type TemplateDraft = Pick<
  TemplateRow,
  "id" | "key" | "locale" | "category" | "module" | "group_id" | "store_id"
> &
  TemplateWords;

const SUBMISSIONS = `coalesce((select jsonb_agg(to_jsonb(s) - 'tenant_id' - 'template_id' order by s.provider, s.revision desc)
  from template_submissions s where s.tenant_id = templates.tenant_id and s.template_id = templates.id), '[]') as submissions`;

/** What the parts of this file that are not called from outside are given. */
type Scope = TenantScope;

function templatesOf({ sql, tenantId }: Scope) {
  return sql("templates").where("templates.tenant_id", tenantId).select("templates.*", sql.raw(SUBMISSIONS));
}

/** Every version of every template, of tenant, groups and stores. */
export function listTemplates(scope: TenantScope): Promise<TemplateRow[]> {
  return templatesOf(scope).orderBy(["templates.key", "templates.locale", "templates.id"]);
}

export interface TemplateFilter {
  readonly module?: string;
  readonly locale?: string;
  readonly status?: string;
  readonly search?: string;
  /** Id of the last one of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

/** A page of templates by id. `status` is that of any vendor; `draft` of those no vendor was given. */
export function pageOfTemplates(scope: TenantScope, filter: TemplateFilter): Promise<TemplateRow[]> {
  const query = templatesOf(scope).orderBy("templates.id").limit(filter.limit);
  if (filter.module !== undefined) query.where("templates.module", filter.module);
  if (filter.locale !== undefined) query.where("templates.locale", filter.locale);
  if (filter.after !== null) query.where("templates.id", ">", filter.after);
  if (filter.search !== undefined) {
    const words = `%${filter.search.replaceAll(/[\\%_]/g, "\\$&")}%`;
    query.whereRaw("(templates.key ilike ? or templates.body ilike ?)", [words, words]);
  }
  if (filter.status !== undefined)
    query.whereRaw(ofStatus(filter.status), filter.status === "draft" ? [] : [filter.status]);
  return query;
}

function ofStatus(status: string): string {
  const submissions =
    "select from template_submissions s where s.tenant_id = templates.tenant_id and s.template_id = templates.id";
  return status === "draft" ? `not exists (${submissions})` : `exists (${submissions} and s.status = ?)`;
}

export function readTemplate(scope: TenantScope, id: string): Promise<TemplateRow | undefined> {
  return templatesOf(scope).where("templates.id", id).first();
}

/** False where the owner has this key in this language already. */
export async function insertTemplate({ sql, tenantId }: TenantScope, draft: TemplateDraft): Promise<boolean> {
  const { content, variables, ...columns } = draft;
  const rows = await sql("templates")
    .insert({ ...columns, tenant_id: tenantId, ...wordsOf({ content, variables }) })
    .onConflict(sql.raw("(tenant_id, key, locale, group_id, store_id)"))
    .ignore()
    .returning("id");
  return rows.length > 0;
}

/** False where the template is gone or was changed since that revision. */
export async function updateTemplate(
  { sql, tenantId }: TenantScope,
  id: string,
  revision: number,
  change: Pick<TemplateDraft, "category" | "module"> & TemplateWords,
): Promise<boolean> {
  const { category, module } = change;
  const count = await sql("templates")
    .where({ "templates.tenant_id": tenantId, "templates.id": id, "templates.revision": revision })
    .update({ category, module, ...wordsOf(change), revision: revision + 1, updated_at: sql.fn.now() });
  return count > 0;
}

export async function deleteTemplate({ sql, tenantId }: TenantScope, id: string): Promise<boolean> {
  return (await sql("templates").where({ "templates.tenant_id": tenantId, "templates.id": id }).delete()) > 0;
}

function wordsOf({ content, variables }: TemplateWords) {
  const { body, ...parts } = content;
  return {
    body,
    parts: JSON.stringify(parts),
    declared: JSON.stringify(variables),
    variables: variables.map(({ name }) => name),
  };
}

export type SubmissionIntent = Pick<
  SubmissionRow,
  "provider" | "name" | "language" | "content" | "revision" | "category"
>;

/** Says what is about to be given to a vendor, before the first byte leaves. What it was given before stays as it is. */
export async function beginSubmission(
  { sql, tenantId }: TenantScope,
  templateId: string,
  intent: SubmissionIntent,
): Promise<void> {
  const { content, ...columns } = intent;
  const change = { ...columns, content: JSON.stringify(content), status: "submitting", reason: null };
  await sql("template_submissions")
    .insert({ tenant_id: tenantId, template_id: templateId, ...change })
    .onConflict(["tenant_id", "template_id", "provider", "revision"])
    .merge({ ...change, tries: 0, submitted_at: sql.fn.now(), reported_at: null, updated_at: sql.fn.now() });
}

export interface SubmissionPlace {
  readonly templateId: string;
  readonly provider: string;
  readonly revision: number;
}

export type SubmissionNews = Pick<SubmissionRow, "status" | "reason"> &
  Partial<Pick<SubmissionRow, "ref" | "names" | "category" | "quality">>;

/** What the vendor answered when it was asked, and when to ask again (null: never). */
export async function writeSubmission(
  { sql, tenantId }: TenantScope,
  place: SubmissionPlace,
  news: SubmissionNews,
  checkAfterSeconds: number | null,
): Promise<void> {
  const { names, ...columns } = news;
  await sql("template_submissions as s")
    .where(at(tenantId, place))
    .update({
      ...columns,
      ...(names === undefined ? {} : { names: JSON.stringify(names) }),
      tries: sql.raw("s.tries + 1"),
      check_at: inSeconds(sql, checkAfterSeconds),
      updated_at: sql.fn.now(),
    });
}

/** What the vendor answered to a submission. A report that overtook the answer knows better. */
export async function endSubmission(
  { sql, tenantId }: TenantScope,
  place: SubmissionPlace,
  { ref, names, ...news }: Required<SubmissionNews>,
  checkAfterSeconds: number | null,
): Promise<void> {
  const unlessReported = Object.entries(news).map(([column, value]) => [
    column,
    sql.raw("case when s.reported_at is null then ?::text else ?? end", [value, `s.${column}`]),
  ]);
  await sql("template_submissions as s")
    .where(at(tenantId, place))
    .update({
      ref,
      names: JSON.stringify(names),
      ...Object.fromEntries(unlessReported),
      check_at: inSeconds(sql, checkAfterSeconds),
      updated_at: sql.fn.now(),
    });
}

function at(tenantId: string, { templateId, provider, revision }: SubmissionPlace) {
  return {
    "s.tenant_id": tenantId,
    "s.template_id": templateId,
    "s.provider": provider,
    "s.revision": revision,
  };
}

function inSeconds(sql: Scope["sql"], seconds: number | null) {
  return seconds === null ? null : sql.raw("now() + ? * interval '1 second'", [seconds]);
}

export async function deleteSubmission(
  { sql, tenantId }: TenantScope,
  place: SubmissionPlace,
): Promise<void> {
  await sql("template_submissions as s").where(at(tenantId, place)).delete();
}

/** A vendor's word about a template. Gives whose templates it was about. */
export function reportTemplate(
  db: Database,
  report: JsonObject,
): Promise<{ tenant: string; template: string; changed: boolean }[]> {
  return db.rows("engine_report_template", [report]);
}

/** Submissions to be asked about; whoever gets them has five minutes before another may. */
export function dueTemplates(
  db: Database,
  limit: number,
): Promise<{ tenant: string; template: string; provider: string; revision: number }[]> {
  return db.rows("engine_due_templates", [limit]);
}

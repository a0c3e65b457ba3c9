import type { JsonObject } from "../core/json.ts";
import type { TemplateContent } from "../core/template-content.ts";
import type { TemplateView } from "../plugin-api.ts";
import type { SubmissionRow, SubmissionStatus, TemplateRow, TemplateWords } from "../store/templates.ts";

/**
 * [L1] The template of this key that fits best: the store's own before its group's before the tenant's, and among those
 * the locale itself, then its language, then any.
 */
export function chooseTemplate(
  templates: readonly TemplateRow[],
  key: string,
  choice: { readonly locale: string; readonly storeId: string | null; readonly groupId: string | null },
): TemplateView | null {
  const versions = templates.filter((row) => row.key === key);
  const mine = versions.filter(
    (row) =>
      (row.store_id === null || row.store_id === choice.storeId) &&
      (row.group_id === null || row.group_id === choice.groupId),
  );
  const [best] = mine.sort((a, b) => rank(a, choice.locale) - rank(b, choice.locale));
  return best ? templateView(best, versions) : null;
}

function rank(row: TemplateRow, locale: string): number {
  const owner = row.store_id !== null ? 0 : row.group_id !== null ? 10 : 20;
  const fits = row.locale === locale ? 0 : languageOf(row.locale) === languageOf(locale) ? 1 : 2;
  return owner + fits;
}

function languageOf(locale: string): string {
  return locale.split("-", 1)[0] ?? locale;
}

/** `versions`: all there are of its key. */
export function templateView(row: TemplateRow, versions: readonly TemplateRow[]): TemplateView {
  const { id, key, locale, category } = row;
  const { content, variables } = wordsOf(row);
  return {
    id,
    key,
    locale,
    category,
    content,
    variables: variables.map(({ name, type = "text" }) => ({ name, type })),
    known: [...new Set(versions.flatMap((version) => version.variables))],
    vendors: vendorsOf(row),
  };
}

/** The words of a row. One from before variables were declared has their names only. */
export function wordsOf({ body, parts, declared, variables }: TemplateRow): TemplateWords {
  const content: TemplateContent = { ...parts, body };
  if (declared.length > 0 || variables.length === 0) return { content, variables: declared };
  return { content, variables: variables.map((name) => ({ name, example: name })) };
}

/** What each vendor calls it and says of it; its words where they are not those of now. */
function vendorsOf({ vendors, submissions, revision }: TemplateRow): JsonObject {
  const submitted = standingsOf(submissions).map(
    ({ inUse }) => [inUse.provider, vendorOf(inUse, revision)] as const,
  );
  return { ...vendors, ...Object.fromEntries(submitted) };
}

export interface Standing {
  readonly newest: SubmissionRow;
  /** What goes out: the newest one, or the one before until the vendor has approved that. */
  readonly inUse: SubmissionRow;
}

// A paused or disabled one was approved: the vendor's word against it holds, whatever it approved earlier.
const APPROVED_ONCE: ReadonlySet<SubmissionStatus> = new Set(["approved", "paused", "disabled"]);

/** [L4] How a template stands with each vendor. `submissions`: the newest of each vendor first. */
export function standingsOf(submissions: readonly SubmissionRow[]): readonly Standing[] {
  const newest = submissions.filter(
    ({ provider }, place) => submissions.findIndex((one) => one.provider === provider) === place,
  );
  return newest.map((first) => {
    const approved = submissions.find(
      ({ provider, status }) => provider === first.provider && APPROVED_ONCE.has(status),
    );
    return { newest: first, inUse: approved ?? first };
  });
}

function vendorOf(submission: SubmissionRow, revision: number): JsonObject {
  const { names, status, reason, category } = submission;
  const outdated = submission.revision !== revision;
  return {
    ...names,
    status,
    reason,
    category,
    ...(outdated ? { submitted: { ...submission.content } } : {}),
  };
}

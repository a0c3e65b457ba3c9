/**
 * Templates on their way to vendors and back. [L5] What is given to a vendor is on record before the first byte leaves, with
 * a name that is nobody else's: a submission whose answer was lost is found again, not made twice.
 */
import { createHash } from "node:crypto";
import type { TemplateProblem } from "../core/template-problem.ts";
import { templateProblems } from "../core/template-rules.ts";
import { AppError } from "../errors.ts";
import type {
  OutboundFile,
  SubmittedTemplate,
  TemplatesAdapter,
  TemplateToSubmit,
  VendorContext,
  VendorTemplate,
} from "../plugin-api.ts";
import {
  beginSubmission,
  deleteSubmission,
  dueTemplates,
  endSubmission,
  readTemplate,
  type SubmissionIntent,
  type SubmissionPlace,
  type SubmissionRow,
  type TemplateRow,
  writeSubmission,
} from "../store/templates.ts";
import { filesOf } from "./outbound-files.ts";
import type { Runtime } from "./runtime.ts";
import { wordsOf } from "./template-view.ts";

const VENDOR_MS = 60_000;
const DUE_LIMIT = 20;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Providers of the tenant's WhatsApp numbers that review templates. */
export async function reviewersOf(runtime: Runtime, tenantId: string): Promise<readonly string[]> {
  const { numbers } = await runtime.directory.of(tenantId);
  const providers = numbers.filter(({ whatsapp }) => whatsapp).map(({ provider }) => provider);
  return [...new Set(providers)]
    .filter((provider) => runtime.registry.templates(provider) !== undefined)
    .sort();
}

/** What stands against a template: WhatsApp's rules, then each vendor's own. */
export function problemsOf(
  runtime: Pick<Runtime, "registry">,
  template: Parameters<typeof templateProblems>[0],
  providers: readonly string[],
): readonly (TemplateProblem & { readonly provider: string | null })[] {
  const common = templateProblems(template).map((problem) => ({ ...problem, provider: null }));
  const own = providers.flatMap((provider) =>
    (runtime.registry.templates(provider)?.problems(template) ?? []).map((problem) => ({
      ...problem,
      provider,
    })),
  );
  return [...common, ...own];
}

/**
 * Gives a template to its reviewers, each for itself.
 * @throws AppError TEMPLATE_INVALID with all problems, SENDER_MISSING where the tenant has no number of such a provider
 */
export async function submitTemplate(
  runtime: Runtime,
  tenantId: string,
  row: TemplateRow,
  chosen: readonly string[] | null,
): Promise<void> {
  const providers = chosen ?? (await reviewersOf(runtime, tenantId));
  if (providers.length === 0) {
    throw new AppError(
      "SENDER_MISSING",
      "No WhatsApp number of this tenant is with a vendor that reviews templates; assign one under numbers.",
    );
  }
  const { category } = row;
  const problems = problemsOf(runtime, { category, ...wordsOf(row) }, providers);
  if (problems.length > 0) {
    const places = problems.map(({ path, en }) => `${path}: ${en}`).join("; ");
    throw new AppError(
      "TEMPLATE_INVALID",
      `Template "${row.key}" (${row.locale}) cannot be submitted: ${places}`,
      { problems },
    );
  }
  for (const provider of providers) await submitTo(runtime, tenantId, row, provider);
  runtime.directory.forget(tenantId);
}

/** What is with the vendor as it is stands there already: only what came to nothing is given to it once more. */
async function submitTo(
  runtime: Runtime,
  tenantId: string,
  row: TemplateRow,
  provider: string,
): Promise<void> {
  const before = row.submissions.find((one) => one.provider === provider && one.revision === row.revision);
  if (before?.status === "pending" || before?.status === "approved") return;
  const { content, variables } = wordsOf(row);
  const { category, revision } = row;
  const { name, language } = before ?? vendorNameOf(row);
  const intent = { provider, name, language, content: { content, variables }, revision, category };
  return give(runtime, tenantId, row, { ...intent, known: before ? submittedOf(before) : null });
}

type Given = SubmissionIntent & Pick<TemplateToSubmit, "known">;

async function give(
  runtime: Runtime,
  tenantId: string,
  row: TemplateRow,
  { known, ...intent }: Given,
): Promise<void> {
  const { provider, name, language, category, revision } = intent;
  const { content, variables } = intent.content;
  const { adapter, context } = await openReviewer(runtime, tenantId, provider);
  const sample = await sampleOf(runtime, tenantId, row, intent);
  const place = { templateId: row.id, provider, revision };
  await runtime.db.asTenant(tenantId, (scope) => beginSubmission(scope, row.id, intent));
  try {
    const answer = await adapter.submit(
      { name, language, category, content, variables, sample, known },
      context,
    );
    await runtime.db.asTenant(tenantId, (scope) =>
      endSubmission(scope, place, newsOf(answer, category), secondsUntilCheck(answer.status, 0)),
    );
  } catch (error) {
    await failed(runtime, tenantId, place, error);
  }
}

/** A refusal is kept with the template; what may be over in a while is asked about again. */
async function failed(
  runtime: Runtime,
  tenantId: string,
  place: SubmissionPlace,
  error: unknown,
): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  runtime.log.warn({ err: error, tenantId, ...place }, "a template was not submitted");
  const refused = error instanceof AppError && !error.retryable && error.code !== "EFFECT_IN_DOUBT";
  await runtime.db.asTenant(tenantId, (scope) =>
    refused
      ? writeSubmission(scope, place, { status: "failed", reason }, null)
      : writeSubmission(scope, place, { status: "submitting", reason }, MINUTE),
  );
}

function newsOf(
  { ref, names, status, category, quality, reason }: VendorTemplate,
  given: TemplateRow["category"],
) {
  return { ref, names, status, category: category ?? given, quality, reason };
}

/** Not approved yet: soon, then less and less often. Approved: a few times a day, as quality and category may change. */
function secondsUntilCheck(status: VendorTemplate["status"], tries: number): number | null {
  if (status === "deleted") return null;
  if (status !== "pending") return 6 * HOUR;
  return Math.min(MINUTE * 2 ** Math.min(tries, 5), 30 * MINUTE);
}

/** Asks all vendors how this template stands. */
export async function syncTemplate(runtime: Runtime, tenantId: string, row: TemplateRow): Promise<void> {
  const current = row.submissions.filter(({ retire_at }) => retire_at === null);
  for (const submission of current) await syncSubmission(runtime, tenantId, row, submission);
  runtime.directory.forget(tenantId);
}

/** @throws AppError when the vendor cannot be asked */
async function syncSubmission(
  runtime: Runtime,
  tenantId: string,
  row: TemplateRow,
  submission: SubmissionRow,
): Promise<void> {
  const { provider, status, tries, revision } = submission;
  if (status === "failed") return;
  const { adapter, context } = await openReviewer(runtime, tenantId, provider);
  const place = { templateId: row.id, provider, revision };
  const answer = await adapter.status(submittedOf(submission), context);
  if (answer) {
    await runtime.db.asTenant(tenantId, (scope) =>
      writeSubmission(
        scope,
        place,
        newsOf(answer, submission.category),
        secondsUntilCheck(answer.status, tries + 1),
      ),
    );
    return;
  }
  // A vendor that never heard of it, after all: the submission is made again.
  if (status === "submitting")
    return give(runtime, tenantId, row, { ...intentOf(submission), known: submittedOf(submission) });
  const gone = { status: "deleted", reason: `${provider} has no such template any more.` } as const;
  await runtime.db.asTenant(tenantId, (scope) => writeSubmission(scope, place, gone, null));
}

/** Asks about every submission that is due, until none is. */
export async function syncDueTemplates(runtime: Runtime): Promise<void> {
  for (;;) {
    const due = await dueTemplates(runtime.db, DUE_LIMIT);
    for (const { tenant, template: templateId, provider, revision } of due)
      await syncOne(runtime, tenant, { templateId, provider, revision });
    if (due.length < DUE_LIMIT || runtime.settings.stopping.aborted) return;
  }
}

/** Never throws: a vendor that cannot be asked is asked again in five minutes. */
async function syncOne(runtime: Runtime, tenantId: string, place: SubmissionPlace): Promise<void> {
  const { templateId, provider, revision } = place;
  try {
    const row = await runtime.db.asTenant(tenantId, (scope) => readTemplate(scope, templateId));
    const submission = row?.submissions.find(
      (candidate) => candidate.provider === provider && candidate.revision === revision,
    );
    if (!row || !submission) return;
    if (submission.retire_at === null) await syncSubmission(runtime, tenantId, row, submission);
    else await removeSubmission(runtime, tenantId, row, submission);
    runtime.directory.forget(tenantId);
  } catch (error) {
    runtime.log.warn({ err: error, tenantId, ...place }, "a vendor could not be asked about a template");
  }
}

/** Takes a template away at its vendors. @throws AppError when one of them cannot be asked: what is left stays on record */
export async function removeFromVendors(runtime: Runtime, tenantId: string, row: TemplateRow): Promise<void> {
  for (const submission of row.submissions) await removeSubmission(runtime, tenantId, row, submission);
}

async function removeSubmission(
  runtime: Runtime,
  tenantId: string,
  { id: templateId }: TemplateRow,
  submission: SubmissionRow,
): Promise<void> {
  const { provider, revision } = submission;
  const { adapter, context } = await openReviewer(runtime, tenantId, provider);
  await adapter.remove(submittedOf(submission), context);
  await runtime.db.asTenant(tenantId, (scope) => deleteSubmission(scope, { templateId, provider, revision }));
}

async function openReviewer(
  runtime: Runtime,
  tenantId: string,
  provider: string,
): Promise<{ readonly adapter: TemplatesAdapter; readonly context: VendorContext }> {
  const adapter = runtime.registry.templates(provider);
  if (!adapter) {
    throw new AppError("SENDER_MISSING", `No plugin submits templates to "${provider}".`, { provider });
  }
  const credential = await runtime.secrets.open(tenantId, adapter.credential);
  const { fetch, download, log } = runtime;
  const signal = AbortSignal.timeout(VENDOR_MS);
  return { adapter, context: { fetch, download, log, signal, credential } };
}

function submittedOf({ name, language, ref, names }: SubmissionRow): SubmittedTemplate {
  return { name, language, ref, names };
}

function intentOf({
  provider,
  name,
  language,
  content,
  revision,
  category,
}: SubmissionRow): SubmissionIntent {
  return { provider, name, language, content, revision, category };
}

/**
 * Several tenants, and several shops of one, share a vendor's account: the name says whose it is. It also says which words
 * they are: those of before keep their name, and one that was taken away has its name for another thirty days at Meta.
 */
function vendorNameOf({ id, key, locale, revision }: TemplateRow) {
  const owner = createHash("sha256").update(id).digest("hex").slice(0, 8);
  const plain = key
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, 60);
  return { name: `${plain}_${owner}_${revision}`, language: locale.replaceAll("-", "_") };
}

/** The sample of a media header, as its channel would carry it. @throws AppError MEDIA_INVALID */
async function sampleOf(
  runtime: Runtime,
  tenantId: string,
  row: TemplateRow,
  { provider, content: { content } }: SubmissionIntent,
): Promise<OutboundFile | null> {
  const adapter = runtime.registry.channel(provider, "whatsapp");
  const { header } = content;
  if (!adapter || header === undefined || header.type === "text" || header.type === "location") return null;
  const template = {
    key: row.key,
    locale: row.locale,
    text: "",
    values: {},
    variables: [],
    vendors: {},
    content,
  };
  const draft = { to: "", purpose: "service", template } as const;
  const files = await filesOf(runtime, { tenantId, adapter, draft, now: runtime.clock.now() });
  if (!("code" in files)) return files.headerFile;
  throw new AppError("MEDIA_INVALID", `/header/sample: ${files.message}`, { code: files.code });
}

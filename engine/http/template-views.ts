import { filledIn, plainText, type TemplateButton, type TemplateContent } from "../core/template-content.ts";
import type { TemplateProblem } from "../core/template-problem.ts";
import { type Standing, standingsOf, wordsOf } from "../runtime/template-view.ts";
import type { SubmissionRow, TemplateRow, TemplateWords } from "../store/templates.ts";

export type OwnedProblem = TemplateProblem & { readonly provider: string | null };

export function templateJson(row: TemplateRow) {
  const { id, key, locale, module, category, revision } = row;
  return {
    id,
    key,
    locale,
    module,
    category,
    groupId: row.group_id,
    storeId: row.store_id,
    ...wordsOf(row),
    revision,
    submissions: standingsOf(row.submissions).map((standing) => submissionJson(standing, row)),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function submissionJson({ newest: submission, inUse }: Standing, row: TemplateRow) {
  const { provider, status, name, language, ref, category, quality, reason } = submission;
  return {
    provider,
    status,
    name,
    language,
    ref,
    category,
    categoryChanged: category !== row.category,
    quality,
    reason,
    outdated: submission.revision !== row.revision,
    submittedAt: submission.submitted_at,
    reportedAt: submission.reported_at,
    meanwhile: inUse === submission ? null : meanwhileJson(inUse),
  };
}

function meanwhileJson({ name, ref, status, category, reason, submitted_at: submittedAt }: SubmissionRow) {
  return { name, ref, status, category, reason, submittedAt };
}

export function problemJson({ path, code, provider, ...words }: OwnedProblem, language: "en" | "es") {
  return { path, code, provider, message: words[language] };
}

/** How it looks with these values; where one is missing, with the example of its variable. */
export function previewOf(
  { content, variables }: TemplateWords,
  given: Readonly<Record<string, string | number>>,
) {
  const examples = Object.fromEntries(variables.map(({ name, example }) => [name, example]));
  const own = Object.entries(given).map(([name, value]) => [name, String(value)] as const);
  const values = { ...examples, ...Object.fromEntries(own) };
  const fill = (text: string) => filledIn(text, (name) => values[name] ?? `{{ ${name} }}`);
  return {
    text: fill(content.body),
    sms: plainText(content, values),
    header: headerText(content, fill),
    footer: content.footer ?? null,
    buttons: (content.buttons ?? []).map((button) => buttonJson(button, fill)),
  };
}

function headerText({ header }: TemplateContent, fill: (text: string) => string): string | null {
  if (header === undefined) return null;
  if (header.type === "text") return fill(header.text);
  return header.type === "location" ? "location" : header.sample;
}

function buttonJson(button: TemplateButton, fill: (text: string) => string) {
  const { type } = button;
  switch (button.type) {
    case "url":
      return { type, text: button.text, value: fill(button.url) };
    case "phone":
      return { type, text: button.text, value: button.phone };
    case "copy_code":
      return { type, text: "", value: fill(button.code) };
    case "otp":
      return { type, text: button.text ?? "", value: null };
    case "flow":
      return { type, text: button.text, value: button.flowId };
    case "quick_reply":
      return { type, text: button.text, value: fill(button.payload ?? button.text) };
  }
}

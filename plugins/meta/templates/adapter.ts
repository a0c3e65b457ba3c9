import {
  AppError,
  type JsonObject,
  type SubmittedTemplate,
  type TemplateProblem,
  type TemplatesAdapter,
  type TemplateToSubmit,
  type VendorContext,
  type VendorTemplate,
} from "../../../engine/plugin-api.ts";
import { metaAppOf } from "../credentials.ts";
import { askGraph, isMissing, type MetaApp } from "../graph.ts";
import { objectOf, objectsOf, textOf } from "../wire/json.ts";
import { categoryOf, statusOf } from "../wire/template-words.ts";
import { formatOf, reviewedComponents } from "./components.ts";
import { uploadSample } from "./sample.ts";

const FIELDS = "id,name,language,status,category,parameter_format,quality_score,rejected_reason";
const PAGE = "250";

/** Templates at Meta, in one WhatsApp business account; name and language are the key of each. */
const templates: TemplatesAdapter = {
  credential: "meta.app",
  problems,
  async submit(template, ctx) {
    const app = metaAppOf(ctx.credential);
    const known = template.known && (await knownThere(app, template.known, ctx));
    const components = reviewedComponents({
      ...template,
      handle: await uploadSample(app, template.sample, ctx),
    });
    if (known) return change(app, known.ref, template, components, ctx);
    return create(app, template, components, ctx);
  },
  async status(submitted, ctx) {
    return knownThere(metaAppOf(ctx.credential), submitted, ctx);
  },
  async remove({ name, ref }, ctx) {
    const app = metaAppOf(ctx.credential);
    const query = { name, ...(ref === null ? {} : { hsm_id: ref }) };
    try {
      await askGraph(app, { method: "DELETE", path: `${accountOf(app)}/message_templates`, query }, ctx);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },
};
export default templates;

/** What Meta has no place for; of what the rules of WhatsApp allow, nothing. */
function problems(): readonly TemplateProblem[] {
  return [];
}

/** @throws AppError CREDENTIAL_MISSING */
function accountOf({ businessAccountId }: MetaApp): string {
  if (businessAccountId !== null) return businessAccountId;
  throw new AppError(
    "CREDENTIAL_MISSING",
    "Credential meta.app has no businessAccountId; enter the id of the WhatsApp business account that keeps the templates.",
    { credential: "meta.app" },
  );
}

async function create(
  app: MetaApp,
  { name, language, category, variables }: TemplateToSubmit,
  components: readonly JsonObject[],
  ctx: VendorContext,
): Promise<VendorTemplate> {
  const body = {
    name,
    language,
    category: category.toUpperCase(),
    ...(category === "authentication" ? {} : { parameter_format: formatOf(variables) }),
    components,
  };
  const made = await askGraph(
    app,
    { method: "POST", path: `${accountOf(app)}/message_templates`, body },
    ctx,
  );
  return vendorTemplate({ name, language, parameter_format: formatOf(variables), ...made });
}

/** Meta looks at it again. Until then it sends nothing of it: only what it refused or paused is changed in its place. */
async function change(
  app: MetaApp,
  ref: string,
  { category, variables }: TemplateToSubmit,
  components: readonly JsonObject[],
  ctx: VendorContext,
): Promise<VendorTemplate> {
  await askGraph(
    app,
    { method: "POST", path: ref, body: { category: category.toUpperCase(), components } },
    ctx,
  );
  const now = await askGraph(app, { method: "GET", path: ref, query: { fields: FIELDS } }, ctx);
  return vendorTemplate({ parameter_format: formatOf(variables), ...now });
}

/** By its id; while that is not known, by name and language. */
async function knownThere(
  app: MetaApp,
  { ref, name, language }: SubmittedTemplate,
  ctx: VendorContext,
): Promise<VendorTemplate | null> {
  if (ref === null) return find(app, name, language, ctx);
  try {
    return vendorTemplate(await askGraph(app, { method: "GET", path: ref, query: { fields: FIELDS } }, ctx));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function find(
  app: MetaApp,
  name: string,
  language: string,
  ctx: VendorContext,
): Promise<VendorTemplate | null> {
  const path = `${accountOf(app)}/message_templates`;
  for (let after: string | null = ""; after !== null; ) {
    const query = { fields: FIELDS, limit: PAGE, ...(after === "" ? {} : { after }) };
    const page: JsonObject = await askGraph(app, { method: "GET", path, query }, ctx);
    const found = objectsOf(page.data).find(
      (one) => one.name === name && sameLanguage(one.language, language),
    );
    if (found) return vendorTemplate(found);
    const paging = objectOf(page.paging);
    after = textOf(paging.next) === null ? null : textOf(objectOf(paging.cursors).after);
  }
  return null;
}

function sameLanguage(given: JsonObject[string] | undefined, language: string): boolean {
  return textOf(given)?.replace("-", "_") === language.replace("-", "_");
}

function vendorTemplate(found: JsonObject): VendorTemplate {
  const { id, name = null, language = null, parameter_format: format = null } = found;
  const reason = textOf(found.rejected_reason);
  return {
    ref: String(id),
    names: { name, language, format: textOf(format)?.toUpperCase() ?? "POSITIONAL", id: String(id) },
    status: statusOf(textOf(found.status) ?? "") ?? "pending",
    category: categoryOf(found.category),
    quality: textOf(objectOf(found.quality_score).score),
    reason: reason === "NONE" || reason === "" ? null : reason,
  };
}

import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { isObject, objectsOf, parseJson, textOf } from "../wire/json.ts";
import type { EmulatedAccount } from "./accounts.ts";
import { checkComponents } from "./check-components.ts";
import { errorAnswer, type HttpReply, type Problem } from "./error-answer.ts";
import type { GraphRequest } from "./graph-request.ts";
import {
  detailsOf,
  newTemplateId,
  putTemplate,
  type TemplateDetails,
  type TemplateParts,
  templatesIn,
} from "./template-record.ts";

const LIST = /^\/v\d+\.\d+\/(\d+)\/message_templates$/;
const ONE = /^\/v\d+\.\d+\/(\d+)$/;

/** `/{waba}/message_templates` and `/{template-id}`; null for anything else. */
export function answerTemplates(
  parts: TemplateParts,
  account: EmulatedAccount,
  request: GraphRequest,
): HttpReply | null {
  const waba = LIST.exec(request.path)?.[1];
  if (waba !== undefined) {
    if (waba !== account.wabaId)
      return errorAnswer({ code: 33, details: `Object with ID '${waba}' does not exist.` });
    return answerList(parts, account, request);
  }
  const id = ONE.exec(request.path)?.[1];
  const entry = templatesOf(parts, account).find(({ ref }) => ref === id);
  if (id === undefined || request.method === "DELETE") return null;
  // Numbers have ids of the same kind; only of a template anybody asks for its language.
  if (!entry && request.method === "GET" && !asksFor(request, "language")) return null;
  if (!entry) return errorAnswer({ code: 33, details: `Object with ID '${id}' does not exist.` });
  return request.method === "GET" ? ok(viewOf(entry, request.query)) : change(parts, entry, request);
}

function asksFor({ query }: GraphRequest, field: string): boolean {
  return (query.get("fields") ?? "").split(",").includes(field);
}

function templatesOf({ ledger }: TemplateParts, { wabaId }: EmulatedAccount): readonly LedgerEntry[] {
  return templatesIn(ledger).filter((entry) => detailsOf(entry).wabaId === wabaId);
}

function answerList(parts: TemplateParts, account: EmulatedAccount, request: GraphRequest): HttpReply {
  switch (request.method) {
    case "POST":
      return create(parts, account, request);
    case "DELETE":
      return remove(parts, account, request);
    default:
      return list(parts, account, request);
  }
}

function list(parts: TemplateParts, account: EmulatedAccount, { query }: GraphRequest): HttpReply {
  const all = templatesOf(parts, account);
  const limit = Number(query.get("limit") ?? 25) || 25;
  const from = Number(Buffer.from(query.get("after") ?? "", "base64").toString() || 0);
  const shown = all.slice(from, from + limit);
  const cursor = (place: number) => Buffer.from(String(place)).toString("base64");
  const next = from + limit < all.length ? { next: "https://graph.facebook.com/next" } : {};
  const cursors = { before: cursor(from), after: cursor(from + shown.length) };
  return ok({ data: shown.map((entry) => viewOf(entry, query)), paging: { cursors, ...next } });
}

function viewOf(entry: LedgerEntry, query: URLSearchParams): JsonObject {
  const { name, language, status, category, parameterFormat, components, quality, rejectedReason } =
    detailsOf(entry);
  const all: JsonObject = {
    name,
    parameter_format: parameterFormat,
    components,
    language,
    status,
    category,
    quality_score: { score: quality },
    rejected_reason: rejectedReason,
  };
  const fields = (query.get("fields") ?? "name,language,status,category").split(",");
  return {
    ...Object.fromEntries(Object.entries(all).filter(([field]) => fields.includes(field))),
    id: entry.ref,
  };
}

const CATEGORIES = ["UTILITY", "MARKETING", "AUTHENTICATION"];
const FIELDS = ["name", "language", "category", "parameter_format", "components", "message_send_ttl_seconds"];

function create(parts: TemplateParts, account: EmulatedAccount, request: GraphRequest): HttpReply {
  const body = parseJson(request.body);
  if (!isObject(body)) return refused("The body is not a JSON object.");
  const unknown = Object.keys(body).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) return refused(`Unexpected key "${unknown}".`);
  const { name, language } = body;
  if (typeof name !== "string" || !/^[a-z0-9_]{1,512}$/.test(name))
    return refused("name: only lower case letters, digits and underscores.");
  if (typeof language !== "string" || !/^[a-z]{2,3}(_[A-Z]{2})?$/.test(language))
    return refused("language: such as es or en_US.");
  const taken = templatesOf(parts, account).some(
    (entry) => detailsOf(entry).name === name && detailsOf(entry).language === language,
  );
  if (taken) return refused(`Content in this language already exists: ${name}/${language}.`);
  const details = { ...given(body), wabaId: account.wabaId, name, language };
  const problem = problemOf(details);
  if (problem) return errorAnswer(problem);
  const id = newTemplateId();
  putTemplate(parts.ledger, id, parts.now(), details);
  parts.onSubmitted(id);
  return ok({ id, status: "PENDING", category: details.category });
}

function given(body: JsonObject) {
  return {
    category: textOf(body.category) ?? "",
    parameterFormat: textOf(body.parameter_format)?.toUpperCase() ?? "POSITIONAL",
    components: objectsOf(body.components),
    status: "PENDING",
    quality: "UNKNOWN",
    rejectedReason: "NONE",
  };
}

function problemOf(details: TemplateDetails): Problem | null {
  if (!CATEGORIES.includes(details.category))
    return { code: 100, details: `category must be one of ${CATEGORIES.join(", ")}.` };
  return checkComponents(details);
}

/** Other words are looked at again; meanwhile nothing is sent. */
function change(parts: TemplateParts, entry: LedgerEntry, request: GraphRequest): HttpReply {
  const body = parseJson(request.body);
  if (!isObject(body)) return refused("The body is not a JSON object.");
  const before = detailsOf(entry);
  const details = {
    ...before,
    category: textOf(body.category) ?? before.category,
    components: body.components === undefined ? before.components : objectsOf(body.components),
    status: "PENDING",
    rejectedReason: "NONE",
  };
  const problem = problemOf(details);
  if (problem) return errorAnswer(problem);
  putTemplate(parts.ledger, entry.ref, parts.now(), details);
  parts.onSubmitted(entry.ref);
  return ok({ success: true });
}

function remove(parts: TemplateParts, account: EmulatedAccount, { query }: GraphRequest): HttpReply {
  const name = query.get("name");
  const id = query.get("hsm_id");
  const found = templatesOf(parts, account).filter(
    (entry) => detailsOf(entry).name === name && (id === null || entry.ref === id),
  );
  if (found.length === 0) return errorAnswer({ code: 33, details: `There is no template ${name}.` });
  for (const entry of found)
    putTemplate(parts.ledger, entry.ref, parts.now(), { ...detailsOf(entry), status: "DELETED" });
  return ok({ success: true });
}

function refused(details: string): HttpReply {
  return errorAnswer({ code: 100, details });
}

function ok(body: JsonObject): HttpReply {
  return { status: 200, body };
}

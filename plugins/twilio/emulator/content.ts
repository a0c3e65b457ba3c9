import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import {
  contentBody,
  contentMedia,
  filledTypes,
  positionsIn,
  reviewOf,
  typesFault,
} from "./content-types.ts";
import { formText } from "./form.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { newSid } from "./sids.ts";
import type { World } from "./world.ts";

/** What the ledger keeps of a content (kind `content`). */
export type ContentDetails = {
  readonly accountSid: string;
  readonly friendlyName: string;
  readonly language: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly types: JsonObject;
  readonly approval: Approval | null;
  readonly updatedAt: string;
  readonly deleted: boolean;
};

export type Approval = {
  readonly name: string;
  readonly category: string;
  readonly status: string;
  readonly rejectionReason: string;
};

const KIND = "content";
const MAX_VARIABLES = 100;

/** The details of a content; only this emulator writes them, so their shape is known. */
export function contentDetails(entry: LedgerEntry): ContentDetails {
  return entry.details as ContentDetails;
}

/** `POST /v1/Content` */
export function createContent(world: World, request: RestRequest): RestAnswer {
  const fault = contentFault(request.json);
  if (fault !== null) return refusal(400, 20422, fault);
  const at = world.now().toISOString();
  const details: ContentDetails = {
    accountSid: request.account.accountSid,
    ...given(request.json),
    approval: null,
    updatedAt: at,
    deleted: false,
  };
  const entry = world.ledger.add({ kind: KIND, ref: newSid("HX"), at, details });
  return answer(201, contentResource(world, entry));
}

/** `PUT /v1/Content/{sid}`: not once it was approved, or is being looked at. */
export function updateContent(world: World, request: RestRequest): RestAnswer {
  const entry = findContent(world, request);
  if (!entry) return notFound(request.path);
  const status = contentDetails(entry).approval?.status ?? "unsubmitted";
  if (!["unsubmitted", "rejected"].includes(status))
    return refusal(400, 20422, `A content that is ${status} cannot be changed.`);
  const fault = contentFault(request.json);
  if (fault !== null) return refusal(400, 20422, fault);
  const updatedAt = world.now().toISOString();
  const changed = world.ledger.update(entry.ref, {
    details: { ...given(request.json), approval: null, updatedAt },
  });
  return answer(200, contentResource(world, changed ?? entry));
}

/** `GET /v1/Content/{sid}` */
export function fetchContent(world: World, request: RestRequest): RestAnswer {
  const entry = findContent(world, request);
  return entry ? answer(200, contentResource(world, entry)) : notFound(request.path);
}

/** `DELETE /v1/Content/{sid}` */
export function deleteContent(world: World, request: RestRequest): RestAnswer {
  const entry = findContent(world, request);
  if (!entry) return notFound(request.path);
  world.ledger.update(entry.ref, { details: { deleted: true } });
  return answer(204, null);
}

/** `GET /v1/Content` and `GET /v1/ContentAndApprovals`, newest first, paged by `meta`. */
export function listContents(world: World, { account, path, query }: RestRequest): RestAnswer {
  const all = contentsOf(world, account.accountSid).reverse();
  const size = Math.min(Math.max(Number(formText(query, "PageSize")) || 50, 1), 1000);
  const page = Math.max(Number(formText(query, "Page")) || 0, 0);
  const shown = all.slice(page * size, (page + 1) * size);
  const hasNext = all.length > (page + 1) * size;
  const link = (number: number) => `${world.url()}${path}?PageSize=${size}&Page=${number}`;
  const withApprovals = path.endsWith("ContentAndApprovals");
  return answer(200, {
    contents: shown.map((entry) => ({
      ...contentResource(world, entry),
      ...(withApprovals ? { approval_requests: approvalResource(contentDetails(entry)) } : {}),
    })),
    meta: {
      page,
      page_size: size,
      first_page_url: link(0),
      previous_page_url: page > 0 ? link(page - 1) : null,
      url: link(page),
      next_page_url: hasNext ? link(page + 1) : null,
      key: "contents",
    },
  });
}

const APPROVAL_NAME = /^[a-z0-9_]{1,512}$/;
const CATEGORIES = ["UTILITY", "MARKETING", "AUTHENTICATION"];

/** `POST /v1/Content/{sid}/ApprovalRequests/whatsapp` */
export function requestApproval(world: World, request: RestRequest): RestAnswer {
  const entry = findContent(world, request);
  if (!entry) return notFound(request.path);
  const { name, category } = request.json ?? {};
  if (typeof name !== "string" || !APPROVAL_NAME.test(name))
    return refusal(400, 20422, "name must be lower case letters, digits and underscores.");
  if (typeof category !== "string" || !CATEGORIES.includes(category))
    return refusal(400, 20422, `category must be one of ${CATEGORIES.join(", ")}.`);
  if (contentDetails(entry).approval !== null)
    return refusal(409, 20409, "An approval request for this content exists already.");
  const taken = contentsOf(world, request.account.accountSid).some((other) => {
    const { approval, language } = contentDetails(other);
    return approval?.name === name && language === contentDetails(entry).language;
  });
  if (taken) return refusal(400, 20422, `A template named ${name} exists already in this language.`);
  const approval = { name, category, status: "received", rejectionReason: "" };
  const asked = world.ledger.update(entry.ref, { details: { approval } }) ?? entry;
  const isPlayed = world.person !== null;
  // Whoever plays writes at once, and shall not find their own templates still with a reviewer.
  if (isPlayed) review(world, entry.ref);
  else if (world.reviews.mode === "at-once") world.work.start(() => reviewLater(world, entry.ref));
  return answer(201, approvalResource(contentDetails(asked)));
}

/** `GET /v1/Content/{sid}/ApprovalRequests` */
export function fetchApproval(world: World, request: RestRequest): RestAnswer {
  const entry = findContent(world, request);
  if (!entry) return notFound(request.path);
  const details = contentDetails(entry);
  const { accountSid } = details;
  const url = `${world.url()}/v1/Content/${entry.ref}/ApprovalRequests`;
  const whatsapp = details.approval === null ? null : { type: "whatsapp", ...approvalResource(details) };
  return answer(200, { sid: entry.ref, account_sid: accountSid, whatsapp, url });
}

/** Meta's people look at it: what breaks a rule is rejected, the rest approved. */
async function reviewLater(world: World, ref: string): Promise<void> {
  await world.work.pace();
  review(world, ref);
}

function review(world: World, ref: string): void {
  const entry = world.ledger.find(ref);
  if (!entry || contentDetails(entry).approval === null) return;
  const fault = reviewOf(contentDetails(entry).types);
  decide(
    world,
    ref,
    fault === null ? { status: "approved" } : { status: "rejected", rejectionReason: fault },
  );
}

/** Sets what became of an approval request. Undefined when there is none. */
export function decide(world: World, ref: string, verdict: Partial<Approval>): LedgerEntry | undefined {
  const entry = world.ledger.find(ref);
  const approval = entry && contentDetails(entry).approval;
  if (!approval) return undefined;
  const cleared = verdict.status === "approved" ? { rejectionReason: "" } : {};
  return world.ledger.update(ref, { details: { approval: { ...approval, ...cleared, ...verdict } } });
}

/** The content a message names; `null` when Twilio has none such, `unknown` while it has none at all. */
export function contentNamed(world: World, accountSid: string, sid: string): LedgerEntry | null | "unknown" {
  const all = contentsOf(world, accountSid);
  if (all.length === 0) return "unknown";
  return all.find((entry) => entry.ref === sid) ?? null;
}

/** What a message with this content says, and the files it carries. Variables left out have their samples. */
export function filledContent(entry: LedgerEntry, contentVariables: string | undefined) {
  const { types, language } = contentDetails(entry);
  const values = valuesOf(entry, contentVariables);
  return { body: contentBody(types, values, language), mediaUrls: contentMedia(types, values) };
}

/** All of a message with this content, buttons included. */
export function filledParts(entry: LedgerEntry, contentVariables: string | undefined): JsonObject {
  return filledTypes(contentDetails(entry).types, valuesOf(entry, contentVariables));
}

function valuesOf(entry: LedgerEntry, contentVariables: string | undefined): Record<string, string> {
  const own: Record<string, string> = contentVariables === undefined ? {} : JSON.parse(contentVariables);
  return { ...contentDetails(entry).variables, ...own };
}

/** Twilio's code for what is wrong with the variables of a message; null: nothing. */
export function variablesFault(entry: LedgerEntry, contentVariables: string | undefined): number | null {
  const values: Record<string, unknown> = contentVariables === undefined ? {} : JSON.parse(contentVariables);
  const texts = Object.values(values);
  if (texts.some((text) => typeof text !== "string" || text === "" || /[\r\n\t]| {5}/.test(text)))
    return 21656;
  const positions = positionsIn(contentDetails(entry).types);
  return Object.keys(values).every((name) => positions.has(name)) ? null : 63028;
}

function findContent(world: World, { params, account }: RestRequest): LedgerEntry | undefined {
  return contentsOf(world, account.accountSid).find((entry) => entry.ref === params.sid);
}

function contentsOf(world: World, accountSid: string): LedgerEntry[] {
  return world.ledger
    .entries()
    .filter((entry) => entry.kind === KIND)
    .filter((entry) => contentDetails(entry).accountSid === accountSid && !contentDetails(entry).deleted);
}

function given(json: JsonObject | null) {
  const { friendly_name: friendlyName = "", language, variables = {}, types } = json ?? {};
  return {
    friendlyName: String(friendlyName),
    language: String(language),
    variables: variables as Record<string, string>,
    types: types as JsonObject,
  };
}

const CONTENT_FIELDS = ["friendly_name", "language", "variables", "types"];

function contentFault(json: JsonObject | null): string | null {
  if (json === null) return "The body is not a JSON object.";
  const unknown = Object.keys(json).find((name) => !CONTENT_FIELDS.includes(name));
  if (unknown !== undefined) return `Unknown field ${unknown}.`;
  if (typeof json.language !== "string" || !/^[a-z]{2,3}(_[A-Za-z]{2,4})?$/.test(json.language))
    return "language is required, such as es or en_US.";
  const variables = json.variables ?? {};
  if (!isTexts(variables)) return "variables must be texts by name.";
  if (Object.keys(variables).length > MAX_VARIABLES) return `variables: ${MAX_VARIABLES} at most.`;
  return typesFault(json.types, new Set(Object.keys(variables)));
}

function isTexts(value: JsonObject[string]): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === "string" && text.length <= 1600)
  );
}

function contentResource(world: World, entry: LedgerEntry): JsonObject {
  const { accountSid, friendlyName, language, variables, types, updatedAt } = contentDetails(entry);
  const url = `${world.url()}/v1/Content/${entry.ref}`;
  return {
    sid: entry.ref,
    account_sid: accountSid,
    friendly_name: friendlyName,
    language,
    variables,
    types,
    url,
    links: {
      approval_create: `${url}/ApprovalRequests/whatsapp`,
      approval_fetch: `${url}/ApprovalRequests`,
    },
    date_created: entry.at,
    date_updated: updatedAt,
  };
}

function approvalResource({ approval, types }: ContentDetails): JsonObject {
  if (approval === null) return {};
  const { name, category, status, rejectionReason } = approval;
  return {
    name,
    category,
    content_type: Object.keys(types)[0] ?? "",
    status,
    rejection_reason: rejectionReason,
    allow_category_change: true,
  };
}

/** A content that is approved already, as an account from before this emulator has it. */
export function registerContent(
  world: World,
  content: { readonly sid: string; readonly language: string; readonly body: string } & Partial<
    Pick<ContentDetails, "variables" | "types" | "friendlyName">
  > & { readonly category?: string; readonly accountSid?: string },
): void {
  const {
    sid,
    language,
    body,
    friendlyName = sid.toLowerCase(),
    variables = {},
    category = "UTILITY",
  } = content;
  const at = world.now().toISOString();
  const details: ContentDetails = {
    accountSid: world.accounts.get(content.accountSid).accountSid,
    friendlyName,
    language,
    variables,
    types: content.types ?? { "twilio/text": { body } },
    approval: { name: friendlyName, category, status: "approved", rejectionReason: "" },
    updatedAt: at,
    deleted: false,
  };
  world.ledger.add({ kind: KIND, ref: sid, at, details });
}

import { createHash } from "node:crypto";
import {
  AppError,
  type JsonObject,
  type SubmittedTemplate,
  type TemplateProblem,
  type TemplateStatus,
  type TemplatesAdapter,
  type TemplateToSubmit,
  type VendorContext,
  type VendorTemplate,
} from "../../../engine/plugin-api.ts";
import { toTwilioAccount } from "../account.ts";
import { classifyTwilioError, readError } from "../classify-error.ts";
import { twilioClient } from "../client.ts";
import { type TwilioContent, twilioContent } from "./content-types.ts";

type Client = Awaited<ReturnType<typeof twilioClient>>;
type Contents = Client["content"]["v1"]["contents"];

const MAX_SEARCHED = 1000;

/**
 * Templates as contents of Twilio, approved for WhatsApp by Meta. An approved content cannot be changed: other words are
 * another content. A content's name says its words, so that one whose answer was lost is found.
 */
const templates: TemplatesAdapter = {
  credential: "twilio.account",
  problems,
  async submit(template, ctx) {
    const contents = await contentsOf(ctx);
    const content = twilioContent(template.content, template.variables, template.sample?.url ?? null);
    const friendlyName = `${template.name}_${hashOf(content)}`;
    const found = template.known ? await find(contents, friendlyName, template.language) : null;
    const sid = found ?? (await create(contents, friendlyName, template.language, content));
    const asked = found === null ? null : await approvalOf(contents, sid);
    const isAsked = asked !== null && asked.status !== "unsubmitted";
    const approval = isAsked ? asked : await requestApproval(contents, sid, friendlyName, template);
    return vendorTemplate(sid, namesOf(sid, content, template), approval);
  },
  async status({ ref, names }, ctx) {
    const contents = await contentsOf(ctx);
    // Without an id its words are unknown here; whoever submits it again finds it.
    if (ref === null) return null;
    const approval = await approvalOf(contents, ref);
    return approval && vendorTemplate(ref, names, approval);
  },
  async remove({ ref }: SubmittedTemplate, ctx) {
    if (ref !== null) await remove(await contentsOf(ctx), ref);
  },
};
export default templates;

async function contentsOf(ctx: VendorContext): Promise<Contents> {
  const client = await twilioClient(toTwilioAccount(ctx.credential));
  return client.content.v1.contents;
}

/** What the Content API has no place for. */
function problems({ content }: Parameters<TemplatesAdapter["problems"]>[0]): readonly TemplateProblem[] {
  const { header, buttons = [] } = content;
  const flow = buttons.findIndex(({ type }) => type === "flow");
  return [
    ...(header?.type === "location"
      ? [
          {
            path: "/header",
            code: "twilio_location",
            en: "Twilio has no templates with a place above the words",
            es: "Twilio no tiene plantillas con un lugar sobre el texto",
          },
        ]
      : []),
    ...(flow >= 0 && (buttons.length > 1 || header !== undefined || content.footer !== undefined)
      ? [
          {
            path: `/buttons/${flow}`,
            code: "twilio_flow_alone",
            en: "at Twilio a form stands alone: no other buttons, header or footer",
            es: "en Twilio un formulario va solo: sin otros botones, encabezado ni pie",
          },
        ]
      : []),
  ];
}

/** Of its words; the address of a sample carries a date, and is left out. */
function hashOf({ types, variables, header }: TwilioContent): string {
  const own = Object.entries(variables).filter(([name]) => name !== header?.variable);
  return createHash("sha256")
    .update(JSON.stringify([types, own]))
    .digest("hex")
    .slice(0, 6);
}

function namesOf(sid: string, { header }: TwilioContent, { sample }: TemplateToSubmit): JsonObject {
  return {
    contentSid: sid,
    ...(header ? { headerBase: header.base, headerVariable: header.variable } : {}),
    ...(sample ? { sampleUrl: sample.url } : {}),
  };
}

async function find(contents: Contents, friendlyName: string, language: string): Promise<string | null> {
  const all = await contents.list({ limit: MAX_SEARCHED }).catch((error: unknown) => {
    throw readError(error);
  });
  return all.find((one) => one.friendlyName === friendlyName && one.language === language)?.sid ?? null;
}

type CreateRequest = Parameters<Contents["create"]>[0];

async function create(
  contents: Contents,
  friendlyName: string,
  language: string,
  { types, variables }: TwilioContent,
): Promise<string> {
  // The SDK sends what it is given as it is; its types name the fields as it reads them.
  const request = { friendly_name: friendlyName, language, variables, types } as unknown as CreateRequest;
  const made = await contents.create(request).catch((error: unknown) => {
    throw refused(error, "create");
  });
  return made.sid;
}

interface Approval {
  readonly name: string;
  readonly status: string;
  readonly category: string;
  readonly reason: string;
}

async function requestApproval(
  contents: Contents,
  sid: string,
  name: string,
  { category }: TemplateToSubmit,
): Promise<Approval> {
  const made = await contents(sid)
    .approvalCreate.create({ name, category: category.toUpperCase() })
    .catch((error: unknown) => {
      throw refused(error, "create");
    });
  return { name: made.name, status: made.status, category: made.category, reason: made.rejectionReason };
}

/** Null: there is no such content. */
async function approvalOf(contents: Contents, sid: string): Promise<Approval | null> {
  try {
    const { whatsapp } = await contents(sid).approvalFetch().fetch();
    const field = (name: string) => String(Reflect.get(whatsapp ?? {}, name) ?? "");
    return {
      name: field("name"),
      status: field("status") || "unsubmitted",
      category: field("category"),
      reason: field("rejection_reason"),
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw readError(error);
  }
}

async function remove(contents: Contents, sid: string): Promise<void> {
  try {
    await contents(sid).remove();
  } catch (error) {
    if (!isMissing(error)) throw readError(error);
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === "object" && error !== null && Reflect.get(error, "status") === 404;
}

function refused(error: unknown, call: "create"): AppError {
  const outcome = classifyTwilioError(error, call);
  if (outcome instanceof AppError) return outcome;
  return new AppError("VENDOR_REFUSED", outcome.message, { vendorCode: outcome.vendorCode }, error);
}

const STATUSES: Readonly<Record<string, TemplateStatus>> = {
  unsubmitted: "pending",
  received: "pending",
  pending: "pending",
  approved: "approved",
  rejected: "rejected",
  paused: "paused",
  disabled: "disabled",
};

const CATEGORIES = ["utility", "marketing", "authentication"] as const;

function vendorTemplate(
  ref: string,
  names: JsonObject,
  { status, category, reason }: Approval,
): VendorTemplate {
  const known = CATEGORIES.find((one) => one === category.toLowerCase()) ?? null;
  return {
    ref,
    names,
    status: STATUSES[status.toLowerCase()] ?? "pending",
    category: known,
    quality: null,
    reason: reason === "" ? null : reason,
  };
}

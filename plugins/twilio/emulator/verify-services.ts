import type { JsonObject } from "../../../engine/plugin-api.ts";
import { type Form, formText } from "./form.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { newSid } from "./sids.ts";
import { metaPage } from "./verify-paging.ts";
import type { VerifyService } from "./verify-state.ts";
import type { World } from "./world.ts";

const MAX_NAME = 32;

/** The account's service with this sid. Each account has one from the start: its own sid with VA in front. */
export function findService(world: World, accountSid: string, sid: string): VerifyService | undefined {
  const known = world.verify.services.get(sid);
  if (known) return known.accountSid === accountSid ? known : undefined;
  return sid === `VA${accountSid.slice(2)}` ? newService(world, accountSid, sid, {}) : undefined;
}

/** `POST /v2/Services` */
export function createVerifyService(world: World, { form, account }: RestRequest): RestAnswer {
  const refused = refuseService(form, true);
  if (refused) return refused;
  const service = newService(world, account.accountSid, newSid("VA"), form);
  return answer(201, serviceResource(world, service));
}

/** `GET /v2/Services` */
export function listVerifyServices(world: World, request: RestRequest): RestAnswer {
  findService(world, request.account.accountSid, `VA${request.account.accountSid.slice(2)}`);
  const own = [...world.verify.services.values()].filter(
    ({ accountSid }) => accountSid === request.account.accountSid,
  );
  const items = own.map((service) => serviceResource(world, service));
  return answer(200, metaPage(world, request, "services", items));
}

/** `GET /v2/Services/{VA}` */
export function fetchVerifyService(world: World, request: RestRequest): RestAnswer {
  const service = serviceOf(world, request);
  return service ? answer(200, serviceResource(world, service)) : notFound(request.path);
}

/** `POST /v2/Services/{VA}` */
export function updateVerifyService(world: World, request: RestRequest): RestAnswer {
  const service = serviceOf(world, request);
  if (!service) return notFound(request.path);
  const refused = refuseService(request.form, false);
  if (refused) return refused;
  const updated = {
    ...service,
    ...settingsOf(request.form, service),
    updatedAt: world.now().toISOString(),
  };
  world.verify.services.set(service.sid, updated);
  return answer(200, serviceResource(world, updated));
}

/** `DELETE /v2/Services/{VA}` */
export function deleteVerifyService(world: World, request: RestRequest): RestAnswer {
  const service = serviceOf(world, request);
  if (!service) return notFound(request.path);
  world.verify.services.delete(service.sid);
  return answer(204, null);
}

export function serviceOf(world: World, { account, params }: RestRequest): VerifyService | undefined {
  return findService(world, account.accountSid, params.service ?? "");
}

function newService(world: World, accountSid: string, sid: string, form: Form): VerifyService {
  const at = world.now().toISOString();
  const usual = {
    friendlyName: "Centralita",
    codeLength: 6,
    lookupEnabled: false,
    skipSmsToLandlines: false,
    dtmfInputRequired: true,
    ttsName: null,
    customCodeEnabled: false,
  };
  const service = { sid, accountSid, ...usual, ...settingsOf(form, usual), createdAt: at, updatedAt: at };
  world.verify.services.set(sid, service);
  return service;
}

type Settings = Omit<VerifyService, "sid" | "accountSid" | "createdAt" | "updatedAt">;

function settingsOf(form: Form, before: Settings): Settings {
  const flag = (name: string, fallback: boolean) =>
    formText(form, name) === undefined ? fallback : formText(form, name) === "true";
  return {
    friendlyName: formText(form, "FriendlyName") ?? before.friendlyName,
    codeLength: Number(formText(form, "CodeLength") ?? before.codeLength),
    lookupEnabled: flag("LookupEnabled", before.lookupEnabled),
    skipSmsToLandlines: flag("SkipSmsToLandlines", before.skipSmsToLandlines),
    dtmfInputRequired: flag("DtmfInputRequired", before.dtmfInputRequired),
    ttsName: formText(form, "TtsName") ?? before.ttsName,
    customCodeEnabled: flag("CustomCodeEnabled", before.customCodeEnabled),
  };
}

function refuseService(form: Form, isNew: boolean): RestAnswer | null {
  const name = formText(form, "FriendlyName");
  if (isNew && name === undefined) return invalid("FriendlyName");
  if (name !== undefined && (name.length > MAX_NAME || name.replaceAll(/\D/g, "").length > 4))
    return invalid("FriendlyName", name);
  const length = formText(form, "CodeLength");
  const digits = Number(length ?? 6);
  return Number.isInteger(digits) && digits >= 4 && digits <= 10 ? null : invalid("CodeLength", length);
}

/** 400/60200 naming the parameter. */
export function invalid(name: string, value?: string): RestAnswer {
  return refusal(400, 60200, `Invalid parameter \`${name}\`${value === undefined ? "" : `: ${value}`}`);
}

function serviceResource(world: World, service: VerifyService): JsonObject {
  const url = `${world.url()}/v2/Services/${service.sid}`;
  return {
    sid: service.sid,
    account_sid: service.accountSid,
    friendly_name: service.friendlyName,
    code_length: service.codeLength,
    lookup_enabled: service.lookupEnabled,
    skip_sms_to_landlines: service.skipSmsToLandlines,
    dtmf_input_required: service.dtmfInputRequired,
    tts_name: service.ttsName,
    custom_code_enabled: service.customCodeEnabled,
    psd2_enabled: false,
    do_not_share_warning_enabled: false,
    default_template_sid: null,
    push: null,
    totp: null,
    whatsapp: null,
    passkeys: null,
    verify_event_subscription_enabled: false,
    date_created: service.createdAt,
    date_updated: service.updatedAt,
    url,
    links: { verifications: `${url}/Verifications`, verification_checks: `${url}/VerificationCheck` },
  };
}

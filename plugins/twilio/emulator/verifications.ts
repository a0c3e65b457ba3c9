import { randomInt } from "node:crypto";
import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { sendCode } from "./code-delivery.ts";
import { type Form, formText } from "./form.ts";
import { isDialable, isLandline, isMagic } from "./numbers.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { newSid } from "./sids.ts";
import {
  checkResource,
  currentStatus,
  isVerification,
  MAX_CHECKS,
  MAX_SENDS,
  type VerificationDetails,
  verificationDetails,
  verificationResource,
  verifyNow,
} from "./verification-record.ts";
import { metaPage } from "./verify-paging.ts";
import { invalid, serviceOf } from "./verify-services.ts";
import type { VerifyService } from "./verify-state.ts";
import type { World } from "./world.ts";

const CHANNELS: readonly string[] = ["sms", "call", "whatsapp", "email"];
const START_PARAMETERS = new Set(
  "To Channel CustomFriendlyName CustomMessage SendDigits Locale CustomCode Amount Payee RateLimits ChannelConfiguration AppHash TemplateSid TemplateCustomSubstitutions DeviceIp EnableSnaClientToken RiskCheck Tags Templates".split(
    " ",
  ),
);

/** `POST /v2/Services/{VA}/Verifications`: sends a code; while one is pending, the same one again. */
export function startVerification(world: World, request: RestRequest): RestAnswer {
  const service = serviceOf(world, request);
  if (!service) return notFound(request.path);
  const refused = refuseStart(request.form, service);
  if (refused) return refused;
  const to = formText(request.form, "To") ?? "";
  const open = openFor(world, service, to);
  if (open && verificationDetails(open).attempts.length >= MAX_SENDS) return refusal(429, 60203);
  const entry = send(world, request, service, open ?? newVerification(world, request, service));
  return answer(201, verificationResource(world, entry));
}

/** `POST /v2/Services/{VA}/VerificationCheck`: a wrong code is no error; a verification that is over is not found. */
export function checkVerification(world: World, request: RestRequest): RestAnswer {
  const service = serviceOf(world, request);
  if (!service) return notFound(request.path);
  const code = formText(request.form, "Code");
  const [to, sid] = [formText(request.form, "To"), formText(request.form, "VerificationSid")];
  if (code === undefined) return invalid("Code");
  if (to === undefined && sid === undefined) return invalid("To");
  const entry = world.ledger
    .entries()
    .findLast(
      (one) =>
        isOf(one, service) &&
        (sid === undefined ? one.to === to : one.ref === sid) &&
        isCheckable(world, one),
    );
  if (!entry) return notFound(request.path);
  const details = verificationDetails(entry);
  if (details.checks >= MAX_CHECKS) {
    change(world, entry, "max_attempts_reached", {});
    return refusal(429, 60202);
  }
  const isRight = details.code === code;
  const checked = change(world, entry, isRight ? "approved" : "pending", {
    checks: details.checks + (isRight ? 0 : 1),
  });
  return answer(200, checkResource(world, checked));
}

/** `GET /v2/Services/{VA}/Verifications/{VE or To}` */
export function fetchVerification(world: World, request: RestRequest): RestAnswer {
  const entry = named(world, request);
  return entry ? answer(200, verificationResource(world, entry)) : notFound(request.path);
}

/** `POST /v2/Services/{VA}/Verifications/{VE or To}`: `Status` approved or canceled. */
export function updateVerification(world: World, request: RestRequest): RestAnswer {
  const entry = named(world, request);
  if (!entry || currentStatus(world, entry) !== "pending") return notFound(request.path);
  const status = formText(request.form, "Status");
  if (status !== "approved" && status !== "canceled") return invalid("Status", status);
  return answer(200, verificationResource(world, change(world, entry, status, {})));
}

/** `GET /v2/Attempts`, newest first. */
export function listAttempts(world: World, request: RestRequest): RestAnswer {
  const { accountSid } = request.account;
  const [to, service] = [
    formText(request.query, "ChannelData.To"),
    formText(request.query, "VerifyServiceSid"),
  ];
  const items = world.ledger
    .entries()
    .filter((entry) => isVerification(entry) && verificationDetails(entry).accountSid === accountSid)
    .filter((entry) => to === undefined || entry.to === to)
    .filter((entry) => service === undefined || verificationDetails(entry).serviceSid === service)
    .flatMap((entry) => attemptsOf(world, entry))
    .reverse();
  return answer(200, metaPage(world, request, "attempts", items));
}

/** `GET /v2/Attempts/{VL}` */
export function fetchAttempt(world: World, request: RestRequest): RestAnswer {
  const found = world.ledger
    .entries()
    .filter((entry) => isVerification(entry))
    .flatMap((entry) => attemptsOf(world, entry))
    .find(({ sid, account_sid }) => sid === request.params.sid && account_sid === request.account.accountSid);
  return found ? answer(200, found) : notFound(request.path);
}

function attemptsOf(world: World, entry: LedgerEntry): JsonObject[] {
  const { accountSid, serviceSid, attempts, updatedAt } = verificationDetails(entry);
  return attempts.map(({ sid, at, channel }) => ({
    sid,
    account_sid: accountSid,
    service_sid: serviceSid,
    verification_sid: entry.ref,
    date_created: at,
    date_updated: updatedAt,
    conversion_status: currentStatus(world, entry) === "approved" ? "converted" : "unconverted",
    channel,
    price: {},
    channel_data: { to: entry.to ?? "" },
    url: `${world.url()}/v2/Attempts/${sid}`,
  }));
}

function refuseStart(form: Form, service: VerifyService): RestAnswer | null {
  const unknown = Object.keys(form).find((name) => !START_PARAMETERS.has(name));
  if (unknown !== undefined) return invalid(unknown);
  const [to, channel] = [formText(form, "To"), formText(form, "Channel")];
  if (to === undefined) return invalid("To");
  if (channel === undefined || !CHANNELS.includes(channel)) return invalid("Channel", channel);
  return refuseRecipient(to, channel) ?? refuseOptions(form, service);
}

function refuseRecipient(to: string, channel: string): RestAnswer | null {
  if (channel === "email") return /^[^@\s]+@[^@\s]+$/.test(to) ? null : invalid("To", to);
  if (!isDialable(to)) return invalid("To", to);
  if (isMagic("noPermission", to)) return refusal(403, 60410);
  return channel === "sms" && isLandline(to) ? refusal(400, 60205) : null;
}

function refuseOptions(form: Form, service: VerifyService): RestAnswer | null {
  const custom = formText(form, "CustomCode");
  if (custom !== undefined && !service.customCodeEnabled) return refusal(403, 60204);
  if (custom !== undefined && !/^.{4,10}$/.test(custom)) return invalid("CustomCode");
  for (const name of ["RateLimits", "ChannelConfiguration", "Tags"]) {
    const text = formText(form, name);
    if (text !== undefined && !isJsonObject(text)) return invalid(name, text);
  }
  const name = formText(form, "CustomFriendlyName") ?? "";
  return name.length > 32 ? invalid("CustomFriendlyName", name) : null;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function newVerification(world: World, { form, account }: RestRequest, service: VerifyService): LedgerEntry {
  const at = verifyNow(world).toISOString();
  const details: VerificationDetails = {
    accountSid: account.accountSid,
    serviceSid: service.sid,
    code: formText(form, "CustomCode") ?? newCode(service.codeLength),
    channel: formText(form, "Channel") ?? "",
    checks: 0,
    attempts: [],
    startedAt: at,
    updatedAt: at,
  };
  const to = formText(form, "To") ?? "";
  return {
    kind: "verification",
    ref: newSid("VE"),
    at: world.now().toISOString(),
    to,
    status: "pending",
    details,
  };
}

function newCode(length: number): string {
  return Array.from({ length }, () => randomInt(10)).join("");
}

function send(world: World, request: RestRequest, service: VerifyService, entry: LedgerEntry): LedgerEntry {
  const details = verificationDetails(entry);
  const channel = formText(request.form, "Channel") ?? details.channel;
  const at = verifyNow(world).toISOString();
  const attempts = [...details.attempts, { sid: newSid("VL"), at, channel }];
  const sent = world.ledger.add({ ...entry, details: { ...details, channel, attempts, updatedAt: at } });
  sendCode(world, {
    accountSid: details.accountSid,
    to: entry.to ?? "",
    channel,
    code: details.code,
    name: formText(request.form, "CustomFriendlyName") ?? service.friendlyName,
    locale: formText(request.form, "Locale") ?? "en",
    sendDigits: formText(request.form, "SendDigits") ?? null,
    manner: request.manner,
  });
  return sent;
}

function openFor(world: World, service: VerifyService, to: string): LedgerEntry | undefined {
  return world.ledger
    .entries()
    .findLast(
      (entry) => isOf(entry, service) && entry.to === to && currentStatus(world, entry) === "pending",
    );
}

function isCheckable(world: World, entry: LedgerEntry): boolean {
  return ["pending", "max_attempts_reached"].includes(currentStatus(world, entry));
}

function isOf(entry: LedgerEntry, service: VerifyService): boolean {
  return isVerification(entry) && verificationDetails(entry).serviceSid === service.sid;
}

function named(world: World, request: RestRequest): LedgerEntry | undefined {
  const service = serviceOf(world, request);
  const name = request.params.verification ?? "";
  if (!service) return undefined;
  return world.ledger
    .entries()
    .findLast((entry) => isOf(entry, service) && (entry.ref === name || entry.to === name));
}

function change(world: World, entry: LedgerEntry, status: string, details: JsonObject): LedgerEntry {
  const updatedAt = verifyNow(world).toISOString();
  return world.ledger.update(entry.ref, { status, details: { ...details, updatedAt } }) ?? entry;
}

import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { parseAddress } from "./addresses.ts";
import type { CallbackManner } from "./callbacks.ts";
import { type Form, formList, formText } from "./form.ts";
import { refuseMessage } from "./message-checks.ts";
import { refuseTemplate, templateOf } from "./message-content.ts";
import { deliver, FINAL_STATUSES, planDelivery, reportStatus } from "./message-delivery.ts";
import { lookAtMedia } from "./message-media.ts";
import {
  countSegments,
  type DeliveryStep,
  MESSAGE_KINDS,
  type MessageDetails,
  messageDetails,
  messageResource,
} from "./message-record.ts";
import { page } from "./paging.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { sandboxFailure } from "./sandbox.ts";
import { newSid } from "./sids.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const LIST_PARAMETERS = new Set("To From DateSent DateSent< DateSent> PageSize Page PageToken".split(" "));
const CANCELABLE: readonly string[] = ["accepted", "scheduled", "queued"];

/** `POST …/Messages.json` */
export function createMessage(world: World, request: RestRequest): RestAnswer {
  const { form, account, manner } = request;
  const refused = refuseMessage(world, form) ?? refuseTemplate(world, account.accountSid, form);
  if (refused) return refused;
  return answer(
    201,
    messageResource(
      acceptMessage(world, { accountSid: account.accountSid, form, manner, direction: "outbound-api" }),
    ),
  );
}

export interface MessageOrder {
  readonly accountSid: string;
  /** Parameters of the Messages API, already checked. */
  readonly form: Form;
  readonly manner: CallbackManner;
  readonly direction: MessageDetails["direction"];
}

/** Puts a message on record and sets it on its way. */
export function acceptMessage(world: World, order: MessageOrder): LedgerEntry {
  const entry = world.ledger.add(newEntry(world, order, world.now().toISOString()));
  if (entry.status !== "scheduled") world.work.start(() => lookAndDeliver(world, entry));
  return entry;
}

/** Twilio gets the files before it sends the message. */
async function lookAndDeliver(world: World, entry: LedgerEntry): Promise<void> {
  await lookAtMedia(world, entry);
  await deliver(world, entry.ref);
}

/** Sends the scheduled messages that are due at this moment. */
export function releaseScheduled(world: World, at: Date): void {
  for (const entry of world.ledger.entries()) {
    const sendAt =
      entry.kind === "message" && entry.status === "scheduled" ? messageDetails(entry).sendAt : null;
    if (sendAt === null || Date.parse(sendAt) > at.getTime()) continue;
    world.ledger.update(entry.ref, { status: "accepted" });
    world.work.start(() => deliver(world, entry.ref));
  }
}

/** Goes on with messages an earlier process left under way. */
export function resumeMessages(world: World): void {
  for (const entry of world.ledger.entries()) {
    const isUnderWay =
      entry.kind === "message" && entry.status !== "scheduled" && messageDetails(entry).ahead.length > 0;
    if (isUnderWay) world.work.start(() => deliver(world, entry.ref));
  }
}

/** `GET …/Messages/{sid}.json` */
export function fetchMessage(world: World, request: RestRequest): RestAnswer {
  const entry = findMessage(world, request);
  return entry ? answer(200, messageResource(entry)) : notFound(request.path);
}

/** `GET …/Messages.json`, newest first */
export function listMessages(world: World, request: RestRequest): RestAnswer {
  const unknown = unknownParameters(request.query, LIST_PARAMETERS);
  if (unknown) return unknown;
  const items = world.ledger
    .entries()
    .filter((entry) => isVisible(entry, request.account.accountSid) && fits(entry, request.query))
    .reverse()
    .map((entry) => ({ sid: entry.ref, json: messageResource(entry) }));
  return answer(200, page("messages", items, request.path, request.query));
}

/** `POST …/Messages/{sid}.json`: an empty `Body` redacts, `Status=canceled` cancels what was not sent yet. */
export function updateMessage(world: World, request: RestRequest): RestAnswer {
  const entry = findMessage(world, request);
  if (!entry) return notFound(request.path);
  const { Body: body, Status: status } = request.form;
  const updatedAt = world.now().toISOString();
  if (status !== undefined) return cancel(world, entry, status, updatedAt);
  if (body !== "") return refusal(400, 20422, "Body can only be updated to an empty string.");
  return changed(world, entry, { body: "", details: { updatedAt } });
}

/** `DELETE …/Messages/{sid}.json` */
export function deleteMessage(world: World, request: RestRequest): RestAnswer {
  const entry = findMessage(world, request);
  if (!entry) return notFound(request.path);
  if (!FINAL_STATUSES.includes(entry.status ?? "")) return refusal(400, 20009);
  world.ledger.update(entry.ref, { details: { deleted: true } });
  return answer(204, null);
}

function cancel(world: World, entry: LedgerEntry, status: Form[string], updatedAt: string): RestAnswer {
  if (status !== "canceled")
    return refusal(400, 20422, `Status can only be updated to canceled, not ${status}.`);
  if (!CANCELABLE.includes(entry.status ?? ""))
    return refusal(409, 20409, `A message that is ${entry.status} cannot be canceled.`);
  const result = changed(world, entry, { status: "canceled", details: { updatedAt, ahead: [] } });
  const canceled = world.ledger.find(entry.ref);
  if (canceled) world.work.start(() => reportStatus(world, canceled));
  return result;
}

function changed(
  world: World,
  entry: LedgerEntry,
  change: { status?: string; body?: string; details: JsonObject },
): RestAnswer {
  return answer(200, messageResource(world.ledger.update(entry.ref, change) ?? entry));
}

function newEntry(
  world: World,
  { accountSid, form, manner, direction }: MessageOrder,
  at: string,
): LedgerEntry {
  const { channel, number: to } = parseAddress(formText(form, "To") ?? "");
  const { messagingServiceSid, ...sender } = senderOf(form);
  const contentSid = formText(form, "ContentSid") ?? null;
  const template = contentSid === null ? null : templateOf(world, accountSid, form);
  const body = template?.body ?? formText(form, "Body") ?? "";
  const mediaUrls = template?.mediaUrls ?? formList(form, "MediaUrl");
  const sendAt = formText(form, "ScheduleType") ? (formText(form, "SendAt") ?? null) : null;
  const parties = { accountSid, from: sender.from ?? "", to };
  const failure = sandboxFailure(world, parties, contentSid === null) ?? template?.failure ?? null;
  const isPending = messagingServiceSid !== null && !("from" in sender);
  const details: MessageDetails = {
    accountSid,
    direction,
    messagingServiceSid,
    numSegments: isPending ? 0 : countSegments(channel, body),
    mediaUrls,
    contentSid,
    contentVariables: formText(form, "ContentVariables") ?? null,
    statusCallback: formText(form, "StatusCallback") ?? null,
    errorCode: null,
    updatedAt: at,
    sentAt: null,
    sendAt,
    ahead: aheadOf(world, channel, to, contentSid === null, failure),
    manner,
    deleted: false,
  };
  const status = sendAt !== null ? "scheduled" : isPending ? "accepted" : "queued";
  const ref = newSid(mediaUrls.length > 0 ? "MM" : "SM");
  return { kind: "message", ref, at, channel, ...sender, to, body, status, details };
}

/** A service may stand where the sender does. */
function senderOf(form: Form): { readonly messagingServiceSid: string | null; readonly from?: string } {
  const from = formText(form, "From");
  const service = formText(form, "MessagingServiceSid") ?? null;
  if (from?.startsWith("MG")) return { messagingServiceSid: service ?? from };
  return { messagingServiceSid: service, ...(from === undefined ? {} : { from: parseAddress(from).number }) };
}

function aheadOf({ trouble }: World, ...message: Parameters<typeof planDelivery>): readonly DeliveryStep[] {
  return trouble.has("messages-undelivered") ? UNDELIVERED : planDelivery(...message);
}

const UNDELIVERED = [
  { status: "queued", errorCode: null },
  { status: "sent", errorCode: null },
  { status: "undelivered", errorCode: 30003 },
];

function findMessage(world: World, request: RestRequest): LedgerEntry | undefined {
  const entry = world.ledger.find(request.params.sid ?? "");
  return entry && isVisible(entry, request.account.accountSid) ? entry : undefined;
}

function isVisible(entry: LedgerEntry, accountSid: string): boolean {
  if (!MESSAGE_KINDS.includes(entry.kind)) return false;
  const details = messageDetails(entry);
  return details.accountSid === accountSid && !details.deleted;
}

function fits(entry: LedgerEntry, query: Form): boolean {
  const matches = (name: string, value: string | undefined) => {
    const wanted = formText(query, name);
    if (wanted === undefined) return true;
    const { channel, number } = parseAddress(wanted);
    return number === value && channel === entry.channel;
  };
  return matches("To", entry.to) && matches("From", entry.from) && fitsDate(entry, query);
}

// What was not sent yet counts by its creation, and whole seconds are compared, as the API shows no finer time.
function fitsDate(entry: LedgerEntry, query: Form): boolean {
  const sent = seconds(messageDetails(entry).sentAt ?? entry.at);
  const on = formText(query, "DateSent");
  const after = formText(query, "DateSent>");
  const before = formText(query, "DateSent<");
  const day = (at: number) => Math.floor(at / 86_400);
  return (
    (on === undefined || day(sent) === day(seconds(on))) &&
    (after === undefined || sent >= seconds(after)) &&
    (before === undefined || sent <= seconds(before))
  );
}

function seconds(date: string): number {
  return Math.floor(Date.parse(date) / 1000);
}

import type { LedgerEntry } from "../../../engine/plugin-api.ts";
import { refuseCall, refuseCallUpdate } from "./call-checks.ts";
import { CALL_KINDS, callDetails, callResource, ENDED } from "./call-record.ts";
import { createSession, type DocumentTarget, MAX_CALL_SECONDS } from "./call-session.ts";
import { type Form, formList, formText } from "./form.ts";
import { page } from "./paging.ts";
import { failLostCall, type OutboundOrder, placeCall } from "./phone.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const LIST_PARAMETERS = new Set(
  "To From ParentCallSid Status StartTime StartTime< StartTime> EndTime EndTime< EndTime> PageSize Page PageToken".split(
    " ",
  ),
);

/** `POST …/Calls.json`: the virtual phone rings there, and plays the document if somebody answers. */
export function createCall(world: World, request: RestRequest): RestAnswer {
  const refused = refuseCall(request.form);
  if (refused) return refused;
  const sid = placeCall(world, orderOf(request));
  const entry = world.ledger.find(sid);
  return entry ? answer(201, callResource(entry)) : notFound(request.path);
}

/** `GET …/Calls/{sid}.json` */
export function fetchCall(world: World, request: RestRequest): RestAnswer {
  const entry = findCall(world, request);
  return entry ? answer(200, callResource(entry)) : notFound(request.path);
}

/** `GET …/Calls.json`, newest first */
export function listCalls(world: World, request: RestRequest): RestAnswer {
  const unknown = unknownParameters(request.query, LIST_PARAMETERS);
  if (unknown) return unknown;
  const items = world.ledger
    .entries()
    .filter((entry) => isVisible(entry, request.account.accountSid) && fits(entry, request.query))
    .reverse()
    .map((entry) => ({ sid: entry.ref, json: callResource(entry) }));
  return answer(200, page("calls", items, request.path, request.query));
}

/** `POST …/Calls/{sid}.json`: sends a live call elsewhere, or ends it. */
export function updateCall(world: World, request: RestRequest): RestAnswer {
  const entry = findCall(world, request);
  if (!entry) return notFound(request.path);
  const refused = refuseCallUpdate(request.form);
  if (refused) return refused;
  const session = world.calls.get(entry.ref);
  if (!session || ENDED.includes(session.status)) return refusal(400, 21220);
  const status = formText(request.form, "Status");
  const isBeforeAnswer = session.status === "queued" || session.status === "ringing";
  if (status === "completed" || (status === "canceled" && isBeforeAnswer)) session.hungUp = true;
  if (status === undefined) session.redirect = targetOf(request.form);
  return answer(200, callResource(entry));
}

/** `DELETE …/Calls/{sid}.json` */
export function deleteCall(world: World, request: RestRequest): RestAnswer {
  const entry = findCall(world, request);
  if (!entry) return notFound(request.path);
  if (!ENDED.includes(entry.status ?? "")) return refusal(400, 20009);
  world.ledger.update(entry.ref, { details: { deleted: true } });
  return answer(204, null);
}

/** Ends the calls an earlier process has left under way, as failed. */
export function resumeCalls(world: World): void {
  for (const entry of world.ledger.entries()) {
    if (!CALL_KINDS.includes(entry.kind) || ENDED.includes(entry.status ?? "")) continue;
    const { accountSid, direction, parentCallSid, statusCallback } = callDetails(entry);
    const { ref: sid, from = "", to = "" } = entry;
    const session = createSession({ sid, accountSid, from, to, direction, parentCallSid, status: "failed" });
    world.work.start(() => failLostCall(world, session, statusCallback));
  }
}

function orderOf({ form, account, manner }: RestRequest): OutboundOrder {
  // Key tones make Twilio forget about it.
  const detects = formText(form, "SendDigits") === undefined ? formText(form, "MachineDetection") : undefined;
  const [username, password] = [formText(form, "SipAuthUsername"), formText(form, "SipAuthPassword")];
  return {
    accountSid: account.accountSid,
    from: formText(form, "From") ?? "",
    to: formText(form, "To") ?? "",
    target: targetOf(form),
    statusCallback: formText(form, "StatusCallback") ?? null,
    statusCallbackMethod: formText(form, "StatusCallbackMethod") ?? "POST",
    statusCallbackEvents:
      "StatusCallbackEvent" in form ? formList(form, "StatusCallbackEvent") : ["completed"],
    timeLimit: Number(formText(form, "TimeLimit") ?? MAX_CALL_SECONDS),
    sendDigits: formText(form, "SendDigits") ?? null,
    detection: detects === undefined ? "none" : formText(form, "AsyncAmd") === "true" ? "async" : "sync",
    detectsEnd: detects === "DetectMessageEnd",
    amdUrl: formText(form, "AsyncAmdStatusCallback") ?? null,
    records: formText(form, "Record") === "true",
    recordsChannels: formText(form, "RecordingChannels") === "dual" ? 2 : 1,
    recordsTrack: formText(form, "RecordingTrack") ?? "both",
    recordingCallback: formText(form, "RecordingStatusCallback") ?? null,
    signIn: username === undefined && password === undefined ? null : { username, password },
    manner,
  };
}

function targetOf(form: Form): DocumentTarget {
  const url = formText(form, "Url");
  if (url === undefined) return { kind: "inline", twiml: formText(form, "Twiml") ?? "" };
  const fallbackUrl = formText(form, "FallbackUrl");
  const fallback =
    fallbackUrl === undefined
      ? null
      : { url: fallbackUrl, method: formText(form, "FallbackMethod") ?? "POST" };
  return { kind: "url", url, method: formText(form, "Method") ?? "POST", ...(fallback ? { fallback } : {}) };
}

function findCall(world: World, request: RestRequest): LedgerEntry | undefined {
  const entry = world.ledger.find(request.params.sid ?? "");
  return entry && isVisible(entry, request.account.accountSid) ? entry : undefined;
}

function isVisible(entry: LedgerEntry, accountSid: string): boolean {
  if (!CALL_KINDS.includes(entry.kind)) return false;
  const details = callDetails(entry);
  return details.accountSid === accountSid && !details.deleted;
}

function fits(entry: LedgerEntry, query: Form): boolean {
  const { parentCallSid, startedAt, endedAt } = callDetails(entry);
  const same = (name: string, value: string | null | undefined) =>
    [undefined, value].includes(formText(query, name));
  return (
    same("To", entry.to) &&
    same("From", entry.from) &&
    same("Status", entry.status) &&
    same("ParentCallSid", parentCallSid) &&
    fitsTime(query, "StartTime", startedAt) &&
    fitsTime(query, "EndTime", endedAt)
  );
}

function fitsTime(query: Form, name: string, at: string | null): boolean {
  const [on, after, before] = [name, `${name}>`, `${name}<`].map((one) => formText(query, one));
  if (on === undefined && after === undefined && before === undefined) return true;
  if (at === null) return false;
  const seconds = (date: string) => Math.floor(Date.parse(date) / 1000);
  const day = (date: string) => new Date(date).toISOString().slice(0, 10);
  return (
    (on === undefined || day(at) === day(on)) &&
    (after === undefined || seconds(at) >= seconds(after)) &&
    (before === undefined || seconds(at) <= seconds(before))
  );
}

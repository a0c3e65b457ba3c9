import type { LedgerEntry } from "../../../engine/plugin-api.ts";
import { type Form, formList, formText } from "./form.ts";
import { beginRecording, turnRecording } from "./live-recordings.ts";
import { isCallbackUrl } from "./message-checks.ts";
import { page } from "./paging.ts";
import { type RecordingStatus, recordingDetails, recordingResource } from "./recording-record.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const START_PARAMETERS = new Set(
  "RecordingStatusCallback RecordingStatusCallbackEvent RecordingStatusCallbackMethod Trim RecordingChannels RecordingTrack RecordingConfigurationId".split(
    " ",
  ),
);
const CHANGE_PARAMETERS = new Set(["Status", "PauseBehavior"]);
const LIST_PARAMETERS = new Set(
  "CallSid ConferenceSid DateCreated DateCreated< DateCreated> IncludeSoftDeleted PageSize Page PageToken".split(
    " ",
  ),
);
const EVENTS = ["in-progress", "completed", "absent"];

/** `POST …/Calls/{sid}/Recordings.json`: records a call that is going on. */
export function startRecording(world: World, request: RestRequest): RestAnswer {
  const session = world.calls.get(request.params.sid ?? "");
  const refused = refuseStart(request.form);
  if (refused) return refused;
  if (session?.accountSid !== request.account.accountSid) return callIsOver(world, request);
  if (session.status !== "in-progress") return refusal(400, 21220);
  const sid = beginRecording(world, session, {
    source: "StartCallRecordingAPI",
    channels: formText(request.form, "RecordingChannels") === "dual" ? 2 : 1,
    track: formText(request.form, "RecordingTrack") ?? "both",
    callback: callbackOf(request.form),
  });
  return shown(world, sid, 201, request.path);
}

/** `POST …/Calls/{sid}/Recordings/{recording}.json`: pauses, resumes or stops it. */
export function changeRecording(world: World, request: RestRequest): RestAnswer {
  const entry = findRecording(world, request);
  if (!entry) return notFound(request.path);
  const unknown = unknownParameters(request.form, CHANGE_PARAMETERS);
  if (unknown) return unknown;
  const status = formText(request.form, "Status");
  if (!isChange(status))
    return refusal(400, 20422, `Status must be in-progress, paused or stopped, not ${status ?? "empty"}.`);
  const session = world.calls.get(recordingDetails(entry).callSid);
  const skips = formText(request.form, "PauseBehavior") === "skip";
  if (!session || !turnRecording(world, session, entry.ref, { status, skips })) return refusal(400, 21220);
  return shown(world, entry.ref, 200, request.path);
}

/** `GET …/Recordings/{recording}.json`, below a call or not */
export function fetchRecording(world: World, request: RestRequest): RestAnswer {
  const entry = findRecording(world, request);
  return entry ? answer(200, recordingResource(entry, world.url())) : notFound(request.path);
}

/** `GET …/Recordings.json`, below a call or not; newest first */
export function listRecordings(world: World, request: RestRequest): RestAnswer {
  const unknown = unknownParameters(request.query, LIST_PARAMETERS);
  if (unknown) return unknown;
  const callSid = request.params.sid ?? formText(request.query, "CallSid");
  const items = world.ledger
    .entries()
    .filter((entry) => isVisible(entry, request.account.accountSid))
    .filter((entry) => callSid === undefined || recordingDetails(entry).callSid === callSid)
    .reverse()
    .map((entry) => ({ sid: entry.ref, json: recordingResource(entry, world.url()) }));
  return answer(200, page("recordings", items, request.path, request.query));
}

/** `DELETE …/Recordings/{recording}.json`: its sound is gone, too. */
export function deleteRecording(world: World, request: RestRequest): RestAnswer {
  const entry = findRecording(world, request);
  if (!entry) return notFound(request.path);
  if (recordingDetails(entry).duration === null) return refusal(400, 20009);
  world.ledger.update(entry.ref, { details: { deleted: true } });
  return answer(204, null);
}

function refuseStart(form: Form): RestAnswer | null {
  const unknown = unknownParameters(form, START_PARAMETERS);
  if (unknown) return unknown;
  const url = formText(form, "RecordingStatusCallback");
  if (url !== undefined && !isCallbackUrl(url)) return refusal(400, 21609);
  if (!formList(form, "RecordingStatusCallbackEvent").every((event) => EVENTS.includes(event)))
    return refusal(400, 21626);
  return (
    oneOf(form, "RecordingChannels", ["mono", "dual"]) ??
    oneOf(form, "RecordingTrack", ["inbound", "outbound", "both"]) ??
    oneOf(form, "Trim", ["trim-silence", "do-not-trim"])
  );
}

/** Refuses a parameter with another value than these. */
export function oneOf(form: Form, name: string, values: readonly string[]): RestAnswer | null {
  const value = formText(form, name);
  if (value === undefined || values.includes(value)) return null;
  return refusal(400, 20422, `${name} must be ${values.join(" or ")}, not ${value}.`);
}

function callbackOf(form: Form) {
  const url = formText(form, "RecordingStatusCallback");
  if (url === undefined) return null;
  const events = formList(form, "RecordingStatusCallbackEvent");
  const method = formText(form, "RecordingStatusCallbackMethod") ?? "POST";
  return { url, method, events: events.length > 0 ? events : ["completed"] };
}

function callIsOver(world: World, request: RestRequest): RestAnswer {
  const entry = world.ledger.find(request.params.sid ?? "");
  const isOurs = entry?.details?.accountSid === request.account.accountSid;
  return isOurs ? refusal(400, 21220) : notFound(request.path);
}

function isChange(status: string | undefined): status is RecordingStatus {
  return status === "in-progress" || status === "paused" || status === "stopped";
}

function findRecording(world: World, { params, account }: RestRequest): LedgerEntry | undefined {
  const entry = world.ledger.find(params.recording ?? "");
  if (!entry || !isVisible(entry, account.accountSid)) return undefined;
  return params.sid === undefined || recordingDetails(entry).callSid === params.sid ? entry : undefined;
}

function isVisible(entry: LedgerEntry, accountSid: string): boolean {
  if (entry.kind !== "recording") return false;
  const details = recordingDetails(entry);
  return details.accountSid === accountSid && !details.deleted;
}

function shown(world: World, sid: string, status: number, path: string): RestAnswer {
  const entry = world.ledger.find(sid);
  return entry ? answer(status, recordingResource(entry, world.url())) : notFound(path);
}

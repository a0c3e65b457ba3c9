import type { JsonObject } from "../../../engine/plugin-api.ts";
import { endConference, participantParams, reportConference } from "./conference-reports.ts";
import type { Conference, Participant } from "./conferences.ts";
import { rfc2822 } from "./dates.ts";
import { type Form, formText } from "./form.ts";
import { isCallbackUrl } from "./message-checks.ts";
import { page } from "./paging.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const words = (list: string) => new Set(list.split(" "));
const LIST = words("FriendlyName Status DateCreated DateUpdated PageSize Page PageToken");
const UPDATE = words("Status AnnounceUrl AnnounceMethod");
const PARTICIPANT = words(
  "Muted Hold HoldUrl HoldMethod AnnounceUrl AnnounceMethod WaitUrl WaitMethod BeepOnExit EndConferenceOnExit Coaching CallSidToCoach",
);

/** `GET …/Conferences.json`, newest first */
export function listConferences(world: World, { account, path, query }: RestRequest): RestAnswer {
  const unknown = unknownParameters(query, LIST);
  if (unknown) return unknown;
  const same = (name: string, value: string) => [undefined, value].includes(formText(query, name));
  const items = world.conferences
    .all(account.accountSid)
    .filter((one) => same("FriendlyName", one.friendlyName) && same("Status", one.status))
    .toReversed()
    .map((one) => ({ sid: one.sid, json: resource(one) }));
  return answer(200, page("conferences", items, path, query));
}

/** `GET …/Conferences/{sid}.json` */
export function fetchConference(world: World, request: RestRequest): RestAnswer {
  const conference = find(world, request);
  return conference ? answer(200, resource(conference)) : notFound(request.path);
}

/** `POST …/Conferences/{sid}.json`: ends it, or says something to everybody. */
export function updateConference(world: World, request: RestRequest): RestAnswer {
  const conference = find(world, request);
  if (!conference) return notFound(request.path);
  const { form } = request;
  const unknown = unknownParameters(form, UPDATE);
  if (unknown) return unknown;
  const status = formText(form, "Status");
  if (status !== undefined && status !== "completed")
    return refusal(400, 20422, `Status can only be updated to completed, not ${status}.`);
  const announced = announce(world, conference, form);
  if (announced) return announced;
  if (status === "completed")
    world.work.start(() => endConference(world, conference, "conference-ended-via-api", null));
  return answer(200, { ...resource(conference), ...(status ? { status } : {}) });
}

/** `GET …/Conferences/{sid}/Participants.json` */
export function listParticipants(world: World, request: RestRequest): RestAnswer {
  const conference = find(world, request);
  if (!conference) return notFound(request.path);
  const items = conference.participants.map((one) => ({
    sid: one.session.sid,
    json: participantResource(conference, one),
  }));
  return answer(200, page("participants", items, request.path, request.query));
}

/** `GET …/Conferences/{sid}/Participants/{call or label}.json` */
export function fetchParticipant(world: World, request: RestRequest): RestAnswer {
  const found = findParticipant(world, request);
  return found
    ? answer(200, participantResource(found.conference, found.participant))
    : notFound(request.path);
}

/** `POST …/Conferences/{sid}/Participants/{call or label}.json` */
export function updateParticipant(world: World, request: RestRequest): RestAnswer {
  const found = findParticipant(world, request);
  if (!found) return notFound(request.path);
  const { conference, participant } = found;
  const { form } = request;
  const unknown = unknownParameters(form, PARTICIPANT);
  if (unknown) return unknown;
  const announced = announce(world, conference, form);
  if (announced) return announced;
  for (const event of changes(participant, form))
    world.work.start(() => reportConference(world, conference, event, participantParams(participant)));
  return answer(200, participantResource(conference, participant));
}

/** `DELETE …/Conferences/{sid}/Participants/{call or label}.json`: their call goes on after its Dial. */
export function removeParticipant(world: World, request: RestRequest): RestAnswer {
  const found = findParticipant(world, request);
  if (!found) return notFound(request.path);
  found.participant.removed = true;
  return answer(204, null);
}

/** Changes what the form names; gives the events of what really changed. */
function changes(participant: Participant, form: Form): string[] {
  const events: string[] = [];
  const flag = (name: string) => {
    const text = formText(form, name);
    return text === undefined ? undefined : text === "true";
  };
  const muted = flag("Muted");
  if (muted !== undefined && muted !== participant.muted) {
    participant.muted = muted;
    events.push(muted ? "participant-mute" : "participant-unmute");
  }
  const hold = flag("Hold");
  if (hold !== undefined && hold !== participant.hold) {
    participant.hold = hold;
    events.push(hold ? "participant-hold" : "participant-unhold");
  }
  const modified = modify(participant, form, flag);
  return modified ? [...events, "participant-modify"] : events;
}

function modify(participant: Participant, form: Form, flag: (name: string) => boolean | undefined): boolean {
  const ends = flag("EndConferenceOnExit");
  const coaching = flag("Coaching");
  if (ends !== undefined) participant.endsOnExit = ends;
  if (coaching !== undefined)
    participant.coaches = coaching ? (formText(form, "CallSidToCoach") ?? null) : null;
  return ends !== undefined || coaching !== undefined;
}

function announce(world: World, conference: Conference, form: Form): RestAnswer | null {
  const url = formText(form, "AnnounceUrl");
  if (url === undefined) return null;
  if (!isCallbackUrl(url)) return refusal(400, 21205);
  world.work.start(() => reportConference(world, conference, "announcement-end", { AnnounceUrl: url }));
  return null;
}

function find(world: World, { account, params }: RestRequest): Conference | undefined {
  return world.conferences.bySid(account.accountSid, params.sid ?? "");
}

function findParticipant(
  world: World,
  request: RestRequest,
): { readonly conference: Conference; readonly participant: Participant } | null {
  const conference = find(world, request);
  const wanted = request.params.call ?? "";
  const participant = conference?.participants.find(
    ({ session, label }) => session.sid === wanted || label === wanted,
  );
  return conference && participant ? { conference, participant } : null;
}

function uriOf({ accountSid, sid }: Conference): string {
  return `/2010-04-01/Accounts/${accountSid}/Conferences/${sid}`;
}

function resource(conference: Conference): JsonObject {
  const uri = uriOf(conference);
  return {
    sid: conference.sid,
    account_sid: conference.accountSid,
    api_version: "2010-04-01",
    friendly_name: conference.friendlyName,
    region: conference.region,
    status: conference.status,
    reason_conference_ended: conference.reasonEnded,
    call_sid_ending_conference: conference.callSidEnding,
    date_created: rfc2822(conference.createdAt),
    date_updated: rfc2822(conference.updatedAt),
    uri: `${uri}.json`,
    subresource_uris: { participants: `${uri}/Participants.json`, recordings: `${uri}/Recordings.json` },
  };
}

function participantResource(conference: Conference, participant: Participant): JsonObject {
  const { session, joinedAt, label, coaches } = participant;
  return {
    account_sid: conference.accountSid,
    conference_sid: conference.sid,
    call_sid: session.sid,
    label,
    muted: participant.muted,
    hold: participant.hold,
    coaching: coaches !== null,
    call_sid_to_coach: coaches,
    start_conference_on_enter: participant.startsOnEnter,
    end_conference_on_exit: participant.endsOnExit,
    status: conference.status === "in-progress" ? "connected" : "connecting",
    queue_time: null,
    date_created: rfc2822(joinedAt),
    date_updated: rfc2822(conference.updatedAt),
    uri: `${uriOf(conference)}/Participants/${session.sid}.json`,
  };
}

import type { Conference, Participant } from "./conferences.ts";
import { rfc2822 } from "./dates.ts";
import type { Form } from "./form.ts";
import { webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

/** Wire name of each event by the word that subscribes to it. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  start: ["conference-start"],
  end: ["conference-end"],
  join: ["participant-join"],
  leave: ["participant-leave"],
  mute: ["participant-mute", "participant-unmute"],
  hold: ["participant-hold", "participant-unhold"],
  modify: ["participant-modify"],
  speaker: ["participant-speech-start", "participant-speech-stop"],
  announcement: ["announcement-end", "announcement-fail"],
};

export const CONFERENCE_EVENTS: readonly string[] = Object.keys(EVENTS);

/** Tells whoever listens to this conference. */
export async function reportConference(
  world: World,
  conference: Conference,
  event: string,
  extra: Form = {},
): Promise<void> {
  const { url, method, events } = conference.subscription;
  if (url === null || !events.some((word) => EVENTS[word]?.includes(event))) return;
  const params = {
    ConferenceSid: conference.sid,
    FriendlyName: conference.friendlyName,
    SequenceNumber: String(conference.sequence++),
    Timestamp: rfc2822(world.now()),
    StatusCallbackEvent: event,
    ...extra,
  };
  await world.webhooks.send(webhookCall(conference.accountSid, url, method, params));
}

/** What events about one participant add. */
export function participantParams(participant: Participant): Form {
  const { session, label } = participant;
  return {
    CallSid: session.sid,
    Muted: String(participant.muted),
    Hold: String(participant.hold),
    Coaching: String(participant.coaches !== null),
    EndConferenceOnExit: String(participant.endsOnExit),
    StartConferenceOnEnter: String(participant.startsOnEnter),
    ...(label === null ? {} : { ParticipantLabel: label }),
  };
}

/** The conference is over; everybody in it goes on with their own call. */
export async function endConference(
  world: World,
  conference: Conference,
  reason: string,
  last: Participant | null,
): Promise<void> {
  if (conference.status === "completed") return;
  conference.status = "completed";
  conference.reasonEnded = reason;
  conference.callSidEnding = last?.session.sid ?? null;
  conference.updatedAt = world.now();
  await reportConference(world, conference, "conference-end", {
    ReasonConferenceEnded: reason,
    Reason: reason,
    ...(last ? { CallSidEndingConference: last.session.sid } : {}),
    ...(last?.label ? { ParticipantLabelEndingConference: last.label } : {}),
  });
}

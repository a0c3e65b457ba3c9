import { advance } from "./call-session.ts";
import { TALK_SECONDS } from "./callees.ts";
import { endConference, participantParams, reportConference } from "./conference-reports.ts";
import type { Conference, Participant } from "./conferences.ts";
import type { DialResult, Leg } from "./dial-legs.ts";
import { numberAttribute, type PlayContext, resolveUrl } from "./play-step.ts";
import { pass } from "./prompts.ts";
import { makeRecording, reportRecording } from "./recordings.ts";
import type { TwimlElement } from "./twiml-document.ts";

const STEP_SECONDS = 5;
/** How long somebody on this phone waits for a conference that does not start. */
const PATIENCE_SECONDS = 60;
const MAX_PARTICIPANTS = 250;

/**
 * `<Dial><Conference>`: the caller comes in, waits with music while it has not started, takes part and leaves. A script
 * for `conference:<name>` is somebody who is in it already; `seconds` is how long the caller stays.
 */
export async function enterConference(
  context: PlayContext,
  verb: TwimlElement,
  leg: Leg,
): Promise<DialResult> {
  const { session } = context;
  const conference = await open(context, leg.noun);
  const most = numberAttribute(leg.noun, "maxParticipants", MAX_PARTICIPANTS);
  if (conference.participants.length >= most) return done(context, leg, "failed", 0);
  const participant = await join(context, conference, leg.noun);
  const limit = numberAttribute(verb, "timeLimit", 14_400);
  context.world.person?.holds(session, { place: "conference", name: leg.noun.text });
  const seconds = await stay(context, leg, { conference, participant, limit });
  context.world.person?.leaves(session);
  await leave(context, conference, participant);
  await recordRoom(context, leg.noun, seconds);
  return done(context, leg, session.hungUp && seconds === 0 ? "canceled" : "answered", seconds);
}

function done({ session }: PlayContext, { to }: Leg, status: string, seconds: number): DialResult {
  session.trace.dialed.push({ to, status, seconds, whispered: [] });
  return { status, sid: null, seconds, isBridged: status === "answered" };
}

async function open(context: PlayContext, noun: TwimlElement): Promise<Conference> {
  const { world, session } = context;
  const known = world.conferences.live(session.accountSid, noun.text);
  if (known) return known;
  const { statusCallback = "", statusCallbackMethod: method = "POST", region = "us1" } = noun.attributes;
  const { statusCallbackEvent = "" } = noun.attributes;
  return world.conferences.add({
    accountSid: session.accountSid,
    friendlyName: noun.text,
    region,
    now: world.now(),
    subscription: {
      url: statusCallback === "" ? null : resolveUrl(context, statusCallback),
      method,
      events: statusCallbackEvent.split(/\s+/).filter(Boolean),
    },
  });
}

async function join(context: PlayContext, conference: Conference, noun: TwimlElement): Promise<Participant> {
  const { world, session } = context;
  const { muted, participantLabel, coach, startConferenceOnEnter, endConferenceOnExit } = noun.attributes;
  const participant: Participant = {
    session,
    label: participantLabel ?? null,
    joinedAt: world.now(),
    muted: muted === "true",
    hold: false,
    coaches: coach ?? null,
    startsOnEnter: startConferenceOnEnter !== "false",
    endsOnExit: endConferenceOnExit === "true",
    removed: false,
  };
  conference.participants.push(participant);
  conference.updatedAt = world.now();
  await reportConference(world, conference, "participant-join", participantParams(participant));
  return participant;
}

interface Visit {
  readonly conference: Conference;
  readonly participant: Participant;
  readonly limit: number;
}

/** Seconds of talk. */
async function stay(context: PlayContext, leg: Leg, visit: Visit): Promise<number> {
  const { world, session } = context;
  const wished = Math.min(leg.callee.seconds ?? TALK_SECONDS, visit.limit);
  let talked = 0;
  let waited = 0;
  while (!isOver(context, visit) && talked < wished && waited < Math.min(PATIENCE_SECONDS, visit.limit)) {
    if (world.person?.isTaken(session)) {
      await isOn(context, leg, visit.conference);
      return talked + Math.round(advance(session, await world.person.attends(session, visit.limit)));
    }
    if (await isOn(context, leg, visit.conference)) {
      world.person?.passes(session, STEP_SECONDS);
      talked += advance(session, Math.min(STEP_SECONDS, wished - talked));
    } else {
      const before = session.seconds;
      await hearMusic(context, leg.noun);
      waited += Math.max(session.seconds - before, 0);
    }
    await world.person?.heardOut(session);
    await world.work.pace();
  }
  return Math.round(talked);
}

function isOver({ session }: PlayContext, { conference, participant }: Visit): boolean {
  return (
    session.hungUp || session.redirect !== null || participant.removed || conference.status === "completed"
  );
}

/** It begins when two are there and one of them begins it. */
async function isOn({ world, session }: PlayContext, leg: Leg, conference: Conference): Promise<boolean> {
  if (conference.status === "in-progress") return true;
  const { participants } = conference;
  const isHosted =
    (leg.scripted && leg.callee.status === "answered") || (world.person?.isTaken(session) ?? false);
  const begins = isHosted || (participants.length > 1 && participants.some((one) => one.startsOnEnter));
  if (!begins) return false;
  conference.status = "in-progress";
  conference.updatedAt = world.now();
  await reportConference(world, conference, "conference-start");
  return true;
}

/** One round of what those hear who wait: a document, silence for an empty address, else Twilio's own music. */
async function hearMusic(context: PlayContext, noun: TwimlElement): Promise<void> {
  const { waitUrl, waitMethod: method = "POST" } = noun.attributes;
  const url = waitUrl ? resolveUrl(context, waitUrl) : null;
  const before = context.session.seconds;
  if (url !== null) await context.play(context.session, { kind: "url", url, method }, "conference");
  if (context.session.seconds === before) pass(context, STEP_SECONDS);
}

async function leave(context: PlayContext, conference: Conference, participant: Participant): Promise<void> {
  const { world, session } = context;
  conference.participants.splice(conference.participants.indexOf(participant), 1);
  await reportConference(world, conference, "participant-leave", {
    ...participantParams(participant),
    ParticipantCallStatus: session.hungUp ? "completed" : "in-progress",
    ReasonParticipantLeft: participant.removed ? "participant_updated_via_api" : "participant_hung_up",
  });
  const how = participant.removed ? "kicked" : "left";
  if (participant.endsOnExit)
    await endConference(world, conference, `participant-with-end-conference-on-exit-${how}`, participant);
  else if (conference.participants.length === 0)
    await endConference(world, conference, `last-participant-${how}`, participant);
}

async function recordRoom(context: PlayContext, noun: TwimlElement, seconds: number): Promise<void> {
  if (noun.attributes.record !== "record-from-start" || seconds === 0) return;
  const recording = makeRecording(context.world, context.session, seconds, { source: "Conference" });
  await reportRecording(context, noun, recording, "Conference");
}

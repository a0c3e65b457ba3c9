import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { noteError } from "../call-session.ts";
import { requestDocument } from "../documents.ts";
import { errorText } from "../error-texts.ts";
import type { Form } from "../form.ts";
import { actionTarget, gotoAction, HANGUP, NEXT, type PlayContext, type Step } from "../play-step.ts";
import { newSid } from "../sids.ts";
import { holdLine } from "../sockets/hold-line.ts";
import type { TwimlElement } from "../twiml-document.ts";
import { openRelay } from "./open-relay.ts";
import { readRelay } from "./relay-settings.ts";
import type { RelayResult, RelayTalk } from "./relay-talk.ts";

/** Plays a relay: the application gets what the caller says, and says what it writes, until either ends it. */
export async function playRelay(
  context: PlayContext,
  connect: TwimlElement,
  noun: TwimlElement,
): Promise<Step> {
  const { session, world } = context;
  const reading = readRelay(noun);
  if (!reading.ok) {
    noteError(session, reading.code, `${errorText(reading.code)}: ${reading.why}`);
    return { kind: "end", reason: "failed" };
  }
  const sid = newSid("VX");
  const since = session.seconds;
  record(context, sid, reading.settings.url);
  const talk = await openRelay(context, sid, reading.settings);
  if (talk) await holdLine(world, session, talk);
  const result = talk?.result() ?? { status: "failed", handoffData: null, code: 64102 };
  world.ledger.update(sid, { status: result.status, details: detailsOf(talk, result) });
  if (session.redirect !== null && !session.hungUp) return NEXT;
  return goOn(context, connect, {
    ...paramsOf(sid, result),
    SessionDuration: String(Math.round(session.seconds - since)),
  });
}

function record({ world, session }: PlayContext, ref: string, to: string): void {
  world.ledger.add({
    kind: "relay",
    ref,
    at: world.now().toISOString(),
    channel: "voice",
    from: session.from,
    to,
    status: "in-progress",
    details: { accountSid: session.accountSid, callSid: session.sid },
  });
}

function detailsOf(talk: RelayTalk | null, { handoffData, code }: RelayResult): JsonObject {
  const frames = (talk?.frames ?? []).map(({ t, dir, frame }) => ({ t, dir, frame }));
  return { handoffData, errorCode: code, heard: [...(talk?.heard ?? [])], frames };
}

function paramsOf(sid: string, { status, handoffData, code }: RelayResult): Form {
  return {
    SessionId: sid,
    SessionStatus: status,
    ...(handoffData === null ? {} : { HandoffData: handoffData }),
    ...(code === null ? {} : { ErrorCode: String(code), ErrorMessage: errorText(code) }),
  };
}

/** Without an action, with the next verb. Whoever hung up hears no answer. */
async function goOn(context: PlayContext, connect: TwimlElement, params: Form): Promise<Step> {
  const { world, session } = context;
  const hasAction = connect.attributes.action !== undefined;
  if (!session.hungUp) return hasAction ? gotoAction(context, connect, params) : NEXT;
  session.status = "completed";
  const target = hasAction ? actionTarget(context, connect, params) : null;
  if (target) await requestDocument(world, session, target);
  return HANGUP;
}

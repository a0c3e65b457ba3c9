import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { noteError } from "../call-session.ts";
import { errorText } from "../error-texts.ts";
import { beginStream, endStream } from "../live-streams.ts";
import { gotoAction, HANGUP, NEXT, type PlayContext, resolveUrl, type Step } from "../play-step.ts";
import { isSocketUrl, LOST, openAppSocket } from "../sockets/app-socket.ts";
import { holdLine } from "../sockets/hold-line.ts";
import { parametersOf } from "../sockets/parameters.ts";
import type { TwimlElement } from "../twiml-document.ts";
import { createMediaTalk, type MediaTalk } from "./media-talk.ts";
import { readStreamOrder } from "./stream-frames.ts";

// `connected` and `start`.
const FIRST_FRAMES = 2;

/** Plays a bidirectional stream: the document stands still until either side closes it. */
export async function playConnectStream(
  context: PlayContext,
  connect: TwimlElement,
  noun: TwimlElement,
): Promise<Step> {
  const { world, session } = context;
  if (!isPossible(context, noun)) return NEXT;
  const entry = begin(context, noun);
  const talk = await openTalk(context, noun, entry.ref);
  if (talk) await holdLine(world, session, talk);
  world.ledger.update(entry.ref, { details: resultOf(talk) });
  endStream(world, session, entry.ref);
  if (session.hungUp) return HANGUP;
  if (session.redirect !== null || connect.attributes.action === undefined) return NEXT;
  return gotoAction(context, connect, {});
}

function isPossible({ session }: PlayContext, { attributes }: TwimlElement): boolean {
  const { url = "", track = "inbound_track" } = attributes;
  const fail = (code: number, what: string) => {
    noteError(session, code, `${errorText(code)}: ${what}`);
    return false;
  };
  if (!isSocketUrl(url)) return fail(31922, `url "${url}" of <Stream> must be wss://`);
  if (track !== "inbound_track") return fail(31941, `track "${track}" inside <Connect>`);
  if (url.includes("?")) noteError(session, 12200, `<Stream>: a query in url is not supported: "${url}"`);
  return true;
}

function begin(context: PlayContext, noun: TwimlElement) {
  const { name = "", url = "", statusCallback, statusCallbackMethod = "POST" } = noun.attributes;
  const callbackUrl = statusCallback === undefined ? null : resolveUrl(context, statusCallback);
  return beginStream(context.world, context.session, {
    kind: "stream",
    name,
    target: url,
    track: "inbound_track",
    parameters: parametersOf(noun),
    callback: callbackUrl === null ? null : { url: callbackUrl, method: statusCallbackMethod },
  });
}

/** Null where the application could not be reached, or did not want it. */
async function openTalk(
  { world, session }: PlayContext,
  noun: TwimlElement,
  sid: string,
): Promise<MediaTalk | null> {
  const { url = "" } = noun.attributes;
  const { clock } = world;
  const fault = world.socketFaults.take(new URL(url).pathname, session.to);
  const token = world.accounts.get(session.accountSid).authToken;
  const note = (code: number, why?: string) =>
    noteError(session, code, why === undefined ? errorText(code) : `${errorText(code)}: ${why}`);
  const opened = await openAppSocket({ url, token, clock, fault, firstFrames: FIRST_FRAMES });
  if (!opened.ok) {
    note(opened.status === 0 ? 31902 : 31920, opened.why);
    return null;
  }
  const talk = createMediaTalk({ session, sid, clock, socket: opened.socket });
  opened.socket.listen({
    takes(data, isBinary) {
      const order = readStreamOrder(data, isBinary, sid);
      if (order.event === "refused") note(order.code, order.why);
      else talk.takes(order);
    },
    lost({ code }) {
      if (code === LOST) note(31921);
      talk.end();
    },
  });
  talk.begin(parametersOf(noun));
  return talk;
}

function resultOf(talk: MediaTalk | null): JsonObject {
  if (!talk) return {};
  const { heard, frames } = talk;
  return {
    heard: [...heard],
    frames: frames.length,
    playedMs: talk.playedMs(),
    clearedMs: talk.clearedMs(),
  };
}

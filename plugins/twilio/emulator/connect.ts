import { noteError } from "./call-session.ts";
import { playConnectStream } from "./media-stream/connect-stream.ts";
import { NEXT, type PlayContext, type Step } from "./play-step.ts";
import { playRelay } from "./relay/play-relay.ts";
import type { TwimlElement } from "./twiml-document.ts";

/** Lets an application hear and speak on the call, through the one noun inside. */
export function playConnect(context: PlayContext, verb: TwimlElement): Step | Promise<Step> {
  const [noun, another] = verb.children;
  if (noun === undefined || another !== undefined) {
    noteError(context.session, 13000, "Verb nesting is not valid: <Connect> takes exactly one noun");
    return NEXT;
  }
  if (noun.name === "Stream") return playConnectStream(context, verb, noun);
  if (noun.name === "ConversationRelay") return playRelay(context, verb, noun);
  noteError(context.session, 12400, `The virtual phone cannot play <${noun.name}> inside <Connect>`);
  return NEXT;
}

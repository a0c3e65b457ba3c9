import type { NodeContext } from "../../../engine/plugin-api.ts";
import type { SipTrunk } from "../sip-trunk.ts";
import { sipUri } from "../sip-trunk.ts";
import { type AttributeValue, type TwimlPart, verb } from "../twiml.ts";
import { calleeUrl, queueUrl } from "./callee-words.ts";
import { conferenceNoun } from "./conference.ts";
import type { ConnectParams } from "./params.ts";

/** What goes inside the Dial: one noun for each target. */
export function nounsOf(
  ctx: NodeContext,
  params: ConnectParams,
  targets: readonly string[],
  trunk: SipTrunk | null,
): TwimlPart[] {
  const [first = ""] = targets;
  if (params.target === "conference") return [conferenceNoun(ctx, first, params.conference)];
  if (params.target === "queue") return [queueNoun(ctx, params, first)];
  const heard = { ...heardFirst(calleeUrl(ctx, params)), ...reported(ctx) };
  if (params.target === "client") return targets.map((identity) => clientNoun(params, identity, heard));
  if (params.target === "sip")
    return targets.map((address) => sipNoun(params, address, { trunk, attrs: heard }));
  const sendDigits = params.extension?.trim() || undefined;
  return targets.map((number) => verb("Number", { sendDigits, ...heard }, { text: number }));
}

type Attributes = Record<string, AttributeValue | undefined>;

function heardFirst(url: string | undefined): Attributes {
  return { url, method: url === undefined ? undefined : "POST" };
}

/** Who takes a leg is told to us: the Dial itself only names the leg. */
function reported(ctx: NodeContext): Attributes {
  return {
    statusCallback: ctx.urls.step("twilio/voice/leg"),
    statusCallbackEvent: ["answered"],
    statusCallbackMethod: "POST",
  };
}

function queueNoun(ctx: NodeContext, params: ConnectParams, name: string): TwimlPart {
  return verb("Queue", heardFirst(queueUrl(ctx, params)), { text: name });
}

function clientNoun({ clientParameters }: ConnectParams, identity: string, attrs: Attributes): TwimlPart {
  if (clientParameters.length === 0) return verb("Client", attrs, { text: identity });
  const data = clientParameters.map(({ name, value }) => verb("Parameter", { name, value }));
  return verb("Client", attrs, { children: [verb("Identity", {}, { text: identity }), ...data] });
}

function sipNoun(
  { sipHeaders }: ConnectParams,
  address: string,
  { trunk, attrs }: { readonly trunk: SipTrunk | null; readonly attrs: Attributes },
): TwimlPart {
  const { username, password } = trunk ?? {};
  return verb("Sip", { username, password, ...attrs }, { text: sipUri(address, trunk, sipHeaders) });
}

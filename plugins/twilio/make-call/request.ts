import { AppError, type NodeContext } from "../../../engine/plugin-api.ts";
import { badInput, sentence } from "../bad-input.ts";
import { type CallAddress, readAddress } from "../call-address.ts";
import type { CallRequest } from "../calls-api.ts";
import { detectionRequest } from "../machine-detection.ts";
import type { SipTrunk } from "../sip-trunk.ts";
import { stepUrl } from "../step-url.ts";
import { talkSeconds } from "../talk-time.ts";
import { voiceFor } from "../voices.ts";
import type { CallParams } from "./params.ts";

/** What Twilio is asked for, but for who calls whom and who is told. @throws AppError PARAMS_INVALID, CREDENTIAL_MISSING */
export async function callOptions(
  ctx: NodeContext,
  params: CallParams,
  party: CallAddress,
): Promise<Partial<CallRequest>> {
  return {
    url: documentUrl(ctx, params),
    method: "POST",
    ...(await limits(ctx, params)),
    ...detectionRequest(params, ctx, ctx.urls.step("twilio/voice/machine")),
    ...recordingRequest(params),
    ...(await sipSignIn(ctx, params, party)),
  };
}

/** Whom a call is from. Numbers are shown only where they are the tenant's own; an app may be named. */
export async function callerOf(ctx: NodeContext, params: CallParams, party: CallAddress): Promise<string> {
  const wanted = params.from?.trim() || undefined;
  if (wanted?.startsWith("client:") && party.kind !== "number") return readAddress(ctx, wanted).address;
  const e164 = wanted === undefined ? undefined : readAddress(ctx, wanted).address;
  const sender = await ctx.directory.callerNumber("twilio", e164);
  if (sender !== null) return sender.e164;
  const words =
    e164 === undefined
      ? {
          en: "It has no number to call from: none of the tenant's numbers at Twilio takes calls; assign one under numbers.",
          es: "No tiene un número desde el que llamar: ninguno de los números de la cuenta en Twilio recibe llamadas; asigne uno en números.",
        }
      : {
          en: `It cannot call from ${e164}: it is none of the tenant's numbers for calls at Twilio.`,
          es: `No puede llamar desde ${e164}: no es un número de la cuenta para llamadas en Twilio.`,
        };
  throw new AppError("SENDER_MISSING", sentence(ctx, words), { from: e164 ?? null });
}

async function limits(ctx: NodeContext, params: CallParams): Promise<Partial<CallRequest>> {
  const timeLimit = await talkSeconds(ctx, params.timeLimitSeconds);
  return {
    timeout: params.timeoutSeconds,
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(params.sendDigits ? { sendDigits: params.sendDigits } : {}),
  };
}

function recordingRequest({ record, channels, track, trim }: CallParams): Partial<CallRequest> {
  return record ? { record, recordingChannels: channels, recordingTrack: track, trim } : {};
}

async function sipSignIn(
  ctx: NodeContext,
  { sipCredential }: CallParams,
  party: CallAddress,
): Promise<Partial<CallRequest>> {
  if (!sipCredential) return {};
  if (party.kind !== "sip") {
    const words = {
      en: `It signs in at a SIP exchange, but calls ${party.address}; a sip: address is expected.`,
      es: `Se identifica en una centralita SIP, pero llama a ${party.address}; se espera una dirección sip:.`,
    };
    throw badInput(ctx, words, { to: party.address });
  }
  const { username, password } = await ctx.credential<SipTrunk>("twilio.sip-trunk", sipCredential);
  return {
    ...(username ? { sipAuthUsername: username } : {}),
    ...(password ? { sipAuthPassword: password } : {}),
  };
}

function documentUrl(ctx: NodeContext, params: CallParams): string {
  if (params.detection !== "while") return ctx.urls.step("twilio/voice/outbound");
  const { voice, language } = voiceFor(ctx.locale, ctx.tenant.country);
  return stepUrl(ctx, "twilio/voice/greeting", { text: params.greeting ?? "", voice, language });
}

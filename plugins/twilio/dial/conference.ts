import type { NodeContext } from "../../../engine/plugin-api.ts";
import { badInput } from "../bad-input.ts";
import { stepUrl } from "../step-url.ts";
import { type AttributeValue, type TwimlPart, verb } from "../twiml.ts";
import { webAddress } from "../web-address.ts";
import type { ConferenceParams } from "./conference-params.ts";

/** The noun of a conference. What is as Twilio has it anyway is left out. @throws AppError PARAMS_INVALID */
export function conferenceNoun(
  ctx: NodeContext,
  name: string,
  room: ConferenceParams | undefined,
): TwimlPart {
  if (room === undefined) return verb("Conference", {}, { text: name });
  return verb(
    "Conference",
    {
      muted: room.muted || undefined,
      beep: room.beep === "true" ? undefined : room.beep,
      startConferenceOnEnter: room.startOnEnter ? undefined : false,
      endConferenceOnExit: room.endOnExit || undefined,
      participantLabel: room.label?.trim() || undefined,
      coach: coachOf(ctx, room),
      ...waiting(ctx, room),
      maxParticipants: room.maxParticipants === 250 ? undefined : room.maxParticipants,
      record: room.record ? "record-from-start" : undefined,
      trim: room.record && !room.trim ? "do-not-trim" : undefined,
      region: room.region,
      jitterBufferSize: room.jitterBufferSize === "large" ? undefined : room.jitterBufferSize,
      ...reports(ctx, room),
    },
    { text: name },
  );
}

type Attributes = Record<string, AttributeValue | undefined>;

function coachOf(ctx: NodeContext, { coach, muted }: ConferenceParams): string | undefined {
  const sid = coach?.trim();
  if (!sid) return undefined;
  if (!/^CA[0-9a-f]{32}$/i.test(sid))
    throw badInput(
      ctx,
      {
        en: `"${sid}" is no call to coach; an id of CA and 32 hex digits is expected.`,
        es: `«${sid}» no es una llamada a la que asesorar; se espera un id de CA y 32 dígitos hexadecimales.`,
      },
      { coach: sid },
    );
  if (muted)
    throw badInput(ctx, {
      en: "Who listens only cannot coach; let them speak, or coach nobody.",
      es: "Quien solo escucha no puede asesorar; permítale hablar o no asesore a nadie.",
    });
  return sid;
}

/** An empty address is silence, none at all Twilio's own music. */
function waiting(ctx: NodeContext, { wait, waitMusicUrl }: ConferenceParams): Attributes {
  if (wait === "music") return {};
  if (wait === "silence") return { waitUrl: "" };
  const audio = webAddress(ctx, waitMusicUrl ?? "", "music");
  return { waitUrl: stepUrl(ctx, "twilio/voice/wait-music", { audio }), waitMethod: "POST" };
}

function reports(ctx: NodeContext, room: ConferenceParams): Attributes {
  const status = room.statusUrl?.trim() ? webAddress(ctx, room.statusUrl, "system") : undefined;
  const recording =
    room.record && room.recordingStatusUrl?.trim()
      ? webAddress(ctx, room.recordingStatusUrl, "system")
      : undefined;
  return {
    statusCallback: status,
    statusCallbackEvent: status === undefined ? undefined : room.statusEvents,
    statusCallbackMethod: status === undefined ? undefined : "POST",
    recordingStatusCallback: recording,
    recordingStatusCallbackMethod: recording === undefined ? undefined : "POST",
  };
}

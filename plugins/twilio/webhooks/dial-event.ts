import type { WebhookRequest } from "../../../engine/plugin-api.ts";
import { field, secondsField } from "./request-fields.ts";
import { callerIsGone, type StepEvent } from "./step-event.ts";

/** How a Dial went. */
export function dialEvent(request: WebhookRequest): StepEvent {
  const dialStatus = field(request, "DialCallStatus") ?? "failed";
  const duration = secondsField(request, "DialCallDuration");
  const legSid = field(request, "DialCallSid");
  const recordingUrl = field(request, "RecordingUrl");
  const talked = wereConnected(request, dialStatus);
  return {
    event: eventName(dialStatus, { talked, callerGone: callerIsGone(request) }),
    output: {
      dialStatus,
      durationSeconds: talked ? (duration ?? 0) : 0,
      ...(isTaken(dialStatus) ? { bridged: talked } : {}),
      ...(legSid === null ? {} : { legSid }),
      ...(recordingUrl === null ? {} : { recordingUrl }),
    },
    ...usageOf(talked, duration),
    ...(legSid !== null && talked ? { leg: legSid } : {}),
  };
}

function isTaken(dialStatus: string): boolean {
  return dialStatus === "completed" || dialStatus === "answered";
}

/** Somebody may answer, hear what the call is about, and not take it. */
function wereConnected(request: WebhookRequest, dialStatus: string): boolean {
  return isTaken(dialStatus) && field(request, "DialBridged") !== "false";
}

function eventName(
  dialStatus: string,
  { talked, callerGone }: { talked: boolean; callerGone: boolean },
): string {
  if (talked) return "completed";
  // Whatever the other side did, nobody is left to hear about it.
  if (callerGone || dialStatus === "canceled") return "caller_hung_up";
  return UNANSWERED[dialStatus] ?? "failed";
}

const UNANSWERED: Readonly<Record<string, string>> = {
  busy: "busy",
  "no-answer": "no_answer",
  // Answered, but not accepted.
  completed: "no_answer",
  answered: "no_answer",
};

/** Minutes begun; none when nobody talked. Twilio tells no duration of a conference: the engine's own clock does. */
function usageOf(talked: boolean, duration: number | null): Pick<StepEvent, "usage"> {
  if (!talked) return { usage: { part: "dial", amount: 0 } };
  if (duration === null) return { usage: { part: "dial", elapsed: "minutes" } };
  return { usage: { part: "dial", amount: Math.ceil(duration / 60) } };
}

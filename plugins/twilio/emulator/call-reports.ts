import { type CallSession, voiceParams } from "./call-session.ts";
import { type CallbackManner, createCallbackLine } from "./callbacks.ts";
import { rfc2822 } from "./dates.ts";
import type { Form } from "./form.ts";
import { webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

export const CALL_EVENTS = ["initiated", "ringing", "answered", "completed"] as const;
export type CallEvent = (typeof CALL_EVENTS)[number];

export interface ReportSubscription {
  /** Null: nobody listens. */
  readonly url: string | null;
  readonly method: string;
  readonly events: readonly string[];
}

/** Sends the status callbacks of one call. */
export interface CallReporter {
  /** `extra` joins the parameters. The last event, `completed`, also sends what was held back. */
  report(event: CallEvent, extra?: Form): Promise<void>;
}

export function createReporter(
  world: World,
  session: CallSession,
  subscription: ReportSubscription,
  manner: CallbackManner,
): CallReporter {
  const line = createCallbackLine(world.webhooks, manner);
  const { url, method, events } = subscription;
  let sequence = 0;
  return {
    async report(event, extra = {}) {
      if (url !== null && events.includes(event)) {
        const params = {
          ...voiceParams(session),
          ...eventParams(world, session, event),
          SequenceNumber: String(sequence++),
          ...extra,
        };
        await line.report(webhookCall(session.accountSid, url, method, params));
      }
      if (event === "completed") await line.flush();
    },
  };
}

function eventParams(world: World, session: CallSession, event: CallEvent): Form {
  const progress = { CallbackSource: "call-progress-events", Timestamp: rfc2822(world.now()) };
  if (event !== "completed") return { ...progress, CallStatus: EVENT_STATUS[event] };
  const seconds = Math.round(session.seconds);
  const sip = SIP_RESPONSE[session.status];
  return {
    ...progress,
    CallDuration: String(seconds),
    Duration: String(Math.ceil(seconds / 60)),
    ...(sip === undefined ? {} : { SipResponseCode: sip }),
  };
}

const EVENT_STATUS = { initiated: "initiated", ringing: "ringing", answered: "in-progress" } as const;
const SIP_RESPONSE: Readonly<Record<string, string>> = {
  completed: "200",
  "no-answer": "487",
  canceled: "487",
  busy: "486",
};

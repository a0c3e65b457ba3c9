import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { phoneOf } from "../caller.ts";
import { verb } from "../twiml.ts";
import { EMPTY_ANSWER, twimlAnswer } from "./call-answers.ts";
import { leavingKey } from "./queue-event.ts";
import { field, pathValue, queryValue, requiredField } from "./request-fields.ts";
import { isSignedByTwilio } from "./signed-by-twilio.ts";
import { STEP_PATH } from "./voice-step.ts";

/**
 * A key pressed while waiting in a queue. The one for a call back wakes the step and takes the caller out of the queue;
 * what the flow says then is heard by the caller when the queue asks where to go on. Any other key goes on waiting.
 */
export default defineWebhook({
  path: "twilio/voice/queue-key/:stepKey",
  methods: ["POST"],
  async verify(request, services) {
    if (!(await isSignedByTwilio(request, services))) return { ok: false };
    const wantsCall = field(request, "Digits") === queryValue(request, "key");
    return wantsCall ? { ok: true } : { handshake: backToQueue(request) };
  },
  parse(request) {
    const stepKey = pathValue(request, "stepKey");
    return [
      {
        kind: "resume",
        key: `step:${stepKey}`,
        event: "callback",
        output: {
          queueResult: "leave",
          queueSeconds: Number(queryValue(request, "waited") ?? 0) || 0,
          callbackNumber: phoneOf(requiredField(request, "From")),
        },
        dedupeKey: leavingKey(stepKey),
        told: twimlAnswer([verb("Leave")]),
        answeredAt: STEP_PATH,
      },
    ];
  },
  ack: EMPTY_ANSWER,
});

function backToQueue(request: WebhookRequest) {
  const url = request.url
    .replace("/twilio/voice/queue-key/", "/twilio/voice/queue-wait/")
    .replace(/&waited=\d*$/, "");
  return twimlAnswer([verb("Redirect", { method: "POST" }, { text: url })]);
}

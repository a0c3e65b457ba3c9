import { defineWebhook } from "../../../engine/plugin-api.ts";
import { messageReports } from "./message-status.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/**
 * How messages are getting on, at one address for all: the status callback of a messaging service or a sender, which knows
 * of no effect. A message is found by its SID, among those of the account that signed.
 */
export default defineWebhook({
  path: "twilio/status",
  methods: ["POST"],
  verify: verifySignature,
  parse: (request) => messageReports(request, null),
  ack: { status: 204, headers: {}, body: "" },
});

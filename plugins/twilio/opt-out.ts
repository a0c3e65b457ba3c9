export type OptOut = "STOP" | "START" | "HELP";

/** Words after which Twilio itself blocks the number, on SMS. */
const SMS_STOP = new Set([
  "STOP",
  "STOPALL",
  "UNSUBSCRIBE",
  "CANCEL",
  "END",
  "QUIT",
  "REVOKE",
  "OPTOUT",
  "BAJA",
]);
/** WhatsApp has no such rule of Twilio's, and there "cancel" or "end" may well answer a question. */
const WHATSAPP_STOP = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "OPTOUT", "BAJA"]);
// Not YES, which Twilio also takes on SMS: it answers too many questions.
const START = new Set(["START", "UNSTOP", "ALTA"]);

/** Whether a whole message asks for no more messages, or takes that back. Twilio's own verdict counts first. */
export function optOutOf(body: string, channel: "sms" | "whatsapp", verdict: string | null): OptOut | null {
  if (verdict === "STOP" || verdict === "START" || verdict === "HELP") return verdict;
  const word = body.trim().toUpperCase();
  if ((channel === "sms" ? SMS_STOP : WHATSAPP_STOP).has(word)) return "STOP";
  return START.has(word) ? "START" : null;
}

import { type Wish, wishOf } from "../../engine/plugin-api.ts";

export type OptOut = Wish;

/** Words after which Twilio itself blocks the number, or lets it through again, on SMS; it answers them, too. */
const TWILIO_WORDS = new Set([
  ..."STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT START UNSTOP".split(" "),
]);

export interface TwilioWish {
  readonly said: Wish;
  /** Twilio has told the person that it is kept. */
  readonly answered: boolean;
}

/** What a whole message asks for. Twilio's own verdict (`OptOutType`) counts first. */
export function wishIn(body: string, channel: "sms" | "whatsapp", verdict: string | null): TwilioWish | null {
  if (verdict === "STOP" || verdict === "START" || verdict === "HELP")
    return { said: verdict, answered: true };
  const read = wishOf(body, channel);
  if (read === null) return null;
  return { said: read.wish, answered: channel === "sms" && TWILIO_WORDS.has(body.trim().toUpperCase()) };
}

import { randomBytes } from "node:crypto";
import type { SimulatedAccount } from "../../../engine/plugin-api.ts";
import { meaningOf } from "../error-codes.ts";

/** An account that only one emulator knows. */
export const simulatedAccount: SimulatedAccount = {
  credential: "twilio.account",
  newAccount() {
    const hex = () => randomBytes(16).toString("hex");
    const accountSid = `AC${hex()}`;
    return {
      ref: accountSid,
      fields: { accountSid, authToken: hex(), verifyServiceSid: `VA${hex()}` },
    };
  },
  explain(code) {
    const meaning = meaningOf(code);
    return meaning && { en: meaning.en, es: meaning.es };
  },
};

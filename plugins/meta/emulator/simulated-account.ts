import { randomBytes } from "node:crypto";
import type { SimulatedAccount } from "../../../engine/plugin-api.ts";
import { META_ERRORS } from "../error-codes.ts";

/** An app that only one emulator knows; it goes by its business account, which is all its webhooks say of it. */
export const simulatedAccount: SimulatedAccount = {
  credential: "meta.app",
  newAccount() {
    const secret = () => randomBytes(16).toString("hex");
    const id = `9${BigInt(`0x${randomBytes(7).toString("hex")}`)}`;
    return {
      ref: id,
      fields: {
        appId: id,
        businessAccountId: id,
        accessToken: secret(),
        appSecret: secret(),
        verifyToken: secret(),
      },
    };
  },
  explain: (code) => META_ERRORS[Number(code)]?.text ?? null,
};

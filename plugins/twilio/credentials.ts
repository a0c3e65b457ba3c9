import { AppError, defineCredential } from "../../engine/plugin-api.ts";
import { TwilioAccountFields, toTwilioAccount } from "./account.ts";
import { classifyTwilioError } from "./classify-error.ts";
import { twilioClient } from "./client.ts";

export default defineCredential({
  id: "twilio.account",
  title: { en: "Twilio account", es: "Cuenta de Twilio" },
  fields: TwilioAccountFields,
  accountField: "accountSid",
  async test(fields) {
    try {
      const { accountSid, ...account } = toTwilioAccount(fields);
      const client = await twilioClient({ accountSid, ...account });
      const found = await client.api.v2010.accounts(accountSid).fetch();
      return {
        ok: found.status === "active",
        message: `Twilio knows this account as "${found.friendlyName}"; it is ${found.status}.`,
      };
    } catch (error) {
      return { ok: false, message: reasonOf(error) };
    }
  },
});

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return classifyTwilioError(error, "read").message;
}

import { defineCredential, type Static, Type } from "../../engine/plugin-api.ts";
import { es } from "./spanish.ts";

const SipFields = Type.Object(
  {
    username: Type.String({ minLength: 1, title: "User", ...es("Usuario") }),
    password: Type.String({
      minLength: 1,
      title: "Password",
      "x-secret": true,
      "x-widget": "password",
      ...es("Contraseña"),
    }),
  },
  { additionalProperties: false },
);
export type SipAccount = Static<typeof SipFields>;

/** Signs outbound calls in at somebody's SIP exchange. */
export default defineCredential({
  id: "twilio.sip",
  title: { en: "SIP exchange", es: "Centralita SIP" },
  fields: SipFields,
  // Only a call shows whether the exchange takes it.
  test: async ({ username, password }) =>
    username && password
      ? { ok: true, message: "Complete. It is tried with the first call that uses it." }
      : { ok: false, message: `Missing: ${username ? "password" : "username"}.` },
});

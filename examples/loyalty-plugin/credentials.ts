import { defineCredential, type Static, Type } from "centralita/plugin-api";

const fields = Type.Object({
  baseUrl: Type.String({
    pattern: "^https?://",
    title: "Address of the service",
    "x-es": "Dirección del servicio",
  }),
  token: Type.String({ minLength: 1, title: "Token", "x-es": "Token", "x-secret": true }),
});

export type LoyaltyAccount = Static<typeof fields>;

export default defineCredential({
  id: "loyalty.account",
  title: { en: "Loyalty account", es: "Cuenta del programa de puntos" },
  fields,
  async test(given, { fetch }) {
    const { baseUrl, token } = given as LoyaltyAccount;
    const answer = await fetch(`${baseUrl}/me`, { headers: { authorization: `Bearer ${token}` } });
    return { ok: answer.status === 200, message: `The service answered ${answer.status}.` };
  },
});

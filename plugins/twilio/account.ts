import { AppError, type JsonObject, type Static, Type } from "../../engine/plugin-api.ts";
import { es } from "./spanish.ts";

const secret = { "x-secret": true, "x-widget": "password" } as const;
const SID = (prefix: string) => `^${prefix}[0-9a-fA-F]{32}$`;

/** What opens a Twilio account: the fields of the credential `twilio.account`. */
export const TwilioAccountFields = Type.Object(
  {
    accountSid: Type.String({
      pattern: SID("AC"),
      title: "Account SID",
      description: "AC and 32 hex digits.",
      ...es("SID de la cuenta", "AC y 32 dígitos hexadecimales."),
    }),
    authToken: Type.String({
      minLength: 1,
      title: "Auth token",
      description: "Signs Twilio's webhooks; signs in too, unless there is an API key.",
      ...secret,
      ...es(
        "Token de autenticación",
        "Firma los avisos de Twilio; también inicia sesión, salvo que haya una clave de API.",
      ),
    }),
    previousAuthToken: Type.Optional(
      Type.String({
        title: "Previous auth token",
        description: "While a token is being rotated: webhooks signed with it are still believed.",
        ...secret,
        ...es(
          "Token anterior",
          "Mientras se cambia el token: se siguen aceptando los avisos firmados con él.",
        ),
      }),
    ),
    apiKeySid: Type.Optional(
      Type.String({
        pattern: SID("SK"),
        title: "API key SID",
        description: "Preferred for signing in.",
        ...es("SID de la clave de API", "La forma preferida de iniciar sesión."),
      }),
    ),
    apiKeySecret: Type.Optional(
      Type.String({ title: "API key secret", ...secret, ...es("Secreto de la clave de API") }),
    ),
    messagingServiceSid: Type.Optional(
      Type.String({
        pattern: SID("MG"),
        title: "Messaging service SID",
        description: "Sends the SMS of senders that have no number of their own.",
        ...es(
          "SID del servicio de mensajería",
          "Envía los SMS de los remitentes que no tienen número propio.",
        ),
      }),
    ),
    verifyServiceSid: Type.Optional(
      Type.String({ pattern: SID("VA"), title: "Verify service SID", ...es("SID del servicio Verify") }),
    ),
    baseUrl: Type.Optional(
      Type.String({
        pattern: "^https?://",
        title: "Base URL",
        description: "Another place that speaks Twilio's API: an emulator or a proxy.",
        ...es("URL base", "Otro lugar que habla la API de Twilio: un emulador o un proxy."),
      }),
    ),
  },
  { additionalProperties: false },
);

export type TwilioAccount = Static<typeof TwilioAccountFields>;

const REQUIRED = ["accountSid", "authToken"] as const;
const OPTIONAL = [
  "previousAuthToken",
  "apiKeySid",
  "apiKeySecret",
  "messagingServiceSid",
  "verifyServiceSid",
  "baseUrl",
] as const;

/**
 * Reads an opened credential; empty fields count as absent.
 * @throws AppError CREDENTIAL_MISSING when the account SID or the auth token is not there
 */
export function toTwilioAccount(fields: JsonObject): TwilioAccount {
  const account: { -readonly [K in keyof TwilioAccount]: TwilioAccount[K] } = {
    accountSid: "",
    authToken: "",
  };
  for (const name of [...REQUIRED, ...OPTIONAL]) {
    const value = fields[name];
    if (typeof value === "string" && value !== "") account[name] = value;
  }
  const missing = REQUIRED.filter((name) => account[name] === "");
  if (missing.length > 0) {
    throw new AppError(
      "CREDENTIAL_MISSING",
      `The credential twilio.account lacks ${missing.join(" and ")}.`,
      { missing },
    );
  }
  return account;
}

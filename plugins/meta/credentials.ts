import { AppError, defineCredential, type JsonObject, Type } from "../../engine/plugin-api.ts";
import { askWhoWeAre } from "./client.ts";
import type { MetaApp } from "./graph.ts";

export const DEFAULT_API_VERSION = "v26.0";
export const DEFAULT_BASE_URL = "https://graph.facebook.com";

export default defineCredential({
  id: "meta.app",
  title: { en: "Meta app (WhatsApp)", es: "Aplicación de Meta (WhatsApp)" },
  fields: Type.Object({
    accessToken: Type.String({
      title: "Access token",
      description: "Permanent token of a system user.",
      minLength: 1,
      "x-secret": true,
    }),
    appId: Type.String({ title: "App ID" }),
    appSecret: Type.String({ title: "App secret", description: "Signs the webhooks.", "x-secret": true }),
    previousAppSecret: Type.Optional(
      Type.String({
        title: "Previous app secret",
        description: "Still accepted while the secret is being replaced.",
        "x-secret": true,
      }),
    ),
    verifyToken: Type.String({
      title: "Verify token",
      description: "The word Meta repeats when the webhook is set up.",
      "x-secret": true,
    }),
    businessAccountId: Type.Optional(
      Type.String({
        title: "WhatsApp business account ID",
        description: "Where templates are submitted.",
        pattern: "^\\d+$",
      }),
    ),
    apiVersion: Type.Optional(
      Type.String({ title: "Graph API version", default: DEFAULT_API_VERSION, pattern: "^v\\d+\\.\\d+$" }),
    ),
    baseUrl: Type.Optional(
      Type.String({ title: "Base URL", default: DEFAULT_BASE_URL, pattern: "^https?://" }),
    ),
  }),
  accountField: "appId",
  test: (fields, { fetch }) => askWhoWeAre(metaAppOf(fields), fetch),
});

/** The opened credential with its defaults. @throws AppError CREDENTIAL_MISSING when it holds no access token */
export function metaAppOf(fields: JsonObject): MetaApp {
  const { accessToken, apiVersion, baseUrl, businessAccountId } = fields;
  if (typeof accessToken !== "string" || accessToken === "") {
    throw new AppError(
      "CREDENTIAL_MISSING",
      "Credential meta.app has no accessToken; enter a system user's token.",
      { credential: "meta.app" },
    );
  }
  return {
    accessToken,
    apiVersion: filled(apiVersion) ?? DEFAULT_API_VERSION,
    baseUrl: (filled(baseUrl) ?? DEFAULT_BASE_URL).replace(/\/+$/, ""),
    businessAccountId: filled(businessAccountId),
  };
}

function filled(value: JsonObject[string] | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

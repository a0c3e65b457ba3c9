import { Ajv } from "ajv";
import { expect, test } from "vitest";
import plugin from "../../../plugins/meta/plugin.ts";
import trigger from "../../../plugins/meta/triggers/incoming-message.ts";
import { parseMessage, startOf } from "./support/meta-webhook.ts";
import { APP } from "./support/outbound.ts";

const ajv = new Ajv({ strict: false, useDefaults: true });

test("brings one of each", () => {
  expect(plugin.channels?.map(({ id }) => id)).toEqual(["meta.whatsapp"]);
  expect(plugin.credentials?.map(({ id }) => id)).toEqual(["meta.app"]);
  expect(plugin.triggers?.map(({ type }) => type)).toEqual(["meta.incoming-message"]);
  expect(plugin.webhooks?.map(({ path }) => path)).toEqual(["meta"]);
});

test.each([
  { type: "text", text: { body: "x" }, referral: { source_type: "ad" } },
  { type: "interactive", interactive: { type: "nfm_reply", nfm_reply: { response_json: '{"a":[1]}' } } },
  { type: "image", image: { id: "1", mime_type: "image/png" } },
  { type: "location", location: { latitude: 1, longitude: 2 } },
  { type: "contacts", contacts: [{ name: { formatted_name: "Ana" } }] },
  { type: "order", order: { catalog_id: "1", product_items: [] } },
])("a message of type $type is what the trigger promises", (message) => {
  const validate = ajv.compile(trigger.gives);
  validate(startOf(parseMessage(message)).input);
  expect(validate.errors).toBeNull();
});

test("the credential takes the fields of an app and adds the usual address", () => {
  const [credential] = plugin.credentials ?? [];
  const validate = ajv.compile(credential?.fields ?? false);
  const fields: Record<string, string> = { ...APP };
  expect(validate(fields)).toBe(true);
  expect(fields).toMatchObject({ apiVersion: "v26.0", baseUrl: "https://graph.facebook.com" });
  expect(validate({ appId: "1" })).toBe(false);
});

test("secrets are marked as such", () => {
  const properties: Record<string, { "x-secret"?: boolean }> =
    plugin.credentials?.[0]?.fields.properties ?? {};
  const secret = Object.keys(properties).filter((name) => properties[name]?.["x-secret"] === true);
  expect(secret).toEqual(["accessToken", "appSecret", "previousAppSecret", "verifyToken"]);
});

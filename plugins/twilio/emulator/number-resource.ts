import type { JsonObject } from "../../../engine/plugin-api.ts";
import { capabilities, offerOf } from "./available-numbers.ts";
import { rfc2822 } from "./dates.ts";
import type { OwnedNumber } from "./owned-numbers.ts";

/** The number as the REST API shows it. */
export function numberResource(number: OwnedNumber): JsonObject {
  const { sid, accountSid, e164, settings } = number;
  const uri = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}`;
  const { kind, messages } = offerOf(e164);
  return {
    sid,
    account_sid: accountSid,
    phone_number: e164,
    friendly_name: settings.FriendlyName || e164,
    api_version: "2010-04-01",
    date_created: rfc2822(number.createdAt),
    date_updated: rfc2822(number.updatedAt),
    capabilities: capabilities(messages),
    address_requirements: "none",
    beta: false,
    origin: "twilio",
    status: "in-use",
    type: kind,
    ...addresses(settings),
    ...references(settings),
    uri: `${uri}.json`,
    subresource_uris: { assigned_add_ons: `${uri}/AssignedAddOns.json` },
  };
}

function addresses(settings: OwnedNumber["settings"]): JsonObject {
  const url = (name: string) => settings[name] || null;
  const method = (name: string) => settings[name] || "POST";
  return {
    voice_url: url("VoiceUrl"),
    voice_method: method("VoiceMethod"),
    voice_fallback_url: url("VoiceFallbackUrl"),
    voice_fallback_method: method("VoiceFallbackMethod"),
    status_callback: url("StatusCallback"),
    status_callback_method: method("StatusCallbackMethod"),
    sms_url: url("SmsUrl"),
    sms_method: method("SmsMethod"),
    sms_fallback_url: url("SmsFallbackUrl"),
    sms_fallback_method: method("SmsFallbackMethod"),
  };
}

function references(settings: OwnedNumber["settings"]): JsonObject {
  const sid = (name: string) => settings[name] || null;
  return {
    voice_application_sid: null,
    sms_application_sid: null,
    trunk_sid: null,
    voice_caller_id_lookup: settings.VoiceCallerIdLookup === "true",
    voice_receive_mode: settings.VoiceReceiveMode || "voice",
    address_sid: sid("AddressSid"),
    identity_sid: sid("IdentitySid"),
    bundle_sid: sid("BundleSid"),
    emergency_status: settings.EmergencyStatus || "Inactive",
    emergency_address_sid: sid("EmergencyAddressSid"),
    emergency_address_status: "unregistered",
  };
}

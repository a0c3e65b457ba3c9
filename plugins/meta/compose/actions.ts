import type { SendParams } from "../nodes/send-params.ts";
import { interactive } from "./interactive.ts";
import { type Composed, given, NOT_STATED, needed, refuse, webAddress } from "./limits.ts";

/** A button that opens a web page. */
export function ctaUrl(params: SendParams): Composed {
  const parameters = {
    display_text: needed("link.label", params.link?.label, NOT_STATED),
    url: webAddress("link.url", params.link?.url),
  };
  return interactive({ type: "cta_url", action: { name: "cta_url", parameters } }, params);
}

/** A form of WhatsApp (Flow). What is filled in comes back as a message. */
export function flow(params: SendParams): Composed {
  const { form } = params;
  if (!form || (form.id === undefined) === (form.name === undefined))
    return refuse(
      "form",
      form ? "both an id and a name, or neither" : "missing",
      "exactly one of id and name",
    );
  const payload = form.screen === undefined ? undefined : given({ screen: form.screen, data: form.data });
  const parameters = given({
    flow_message_version: "3",
    flow_id: form.id,
    flow_name: form.name,
    flow_cta: needed("form.label", form.label, NOT_STATED),
    flow_token: form.token,
    mode: form.draft === true ? "draft" : undefined,
    flow_action: form.action,
    flow_action_payload: payload,
  });
  return interactive({ type: "flow", action: { name: "flow", parameters } }, params);
}

/** Asks where the person is; the answer is a location. */
export function locationRequest(params: SendParams): Composed {
  return interactive({ type: "location_request_message", action: { name: "send_location" } }, params);
}

/** Asks for the person's contact card; the answer is contacts of origin `contact_request`. */
export function contactRequest(params: SendParams): Composed {
  return interactive({ type: "request_contact_info", action: { name: "request_contact_info" } }, params);
}

/** Asks whether the business may call. */
export function callPermission(params: SendParams): Composed {
  const action = { name: "call_permission_request" };
  return interactive({ type: "call_permission_request", bodyOptional: true, action }, params);
}

const WEEK_MINUTES = 7 * 24 * 60;

/** A button that calls the business over WhatsApp. */
export function voiceCall(params: SendParams): Composed {
  const { label, minutes } = params.call ?? {};
  const parameters = {
    display_text: needed("call.label", label, NOT_STATED),
    ttl_minutes: minutes ?? WEEK_MINUTES,
  };
  return interactive({ type: "voice_call", action: { name: "voice_call", parameters } }, params);
}

/** Asks for a postal address. */
export function address(params: SendParams): Composed {
  const { country, values, saved } = params.addressForm ?? {};
  const code = needed("addressForm.country", country, 2);
  if (!/^[A-Z]{2}$/.test(code)) refuse("addressForm.country", `"${code}"`, "two capital letters such as IN");
  const parameters = given({ country: code, values, saved_addresses: saved });
  return interactive({ type: "address_message", action: { name: "address_message", parameters } }, params);
}

import type { JsonObject, NumberCall, NumberFacts } from "../../../engine/plugin-api.ts";
import { isObject, objectOf, objectsOf, textOf } from "../wire/json.ts";
import { displayedE164 } from "../wire/phone.ts";
import { ask, nodeOf } from "./graph-node.ts";

const FIELDS = [
  "id",
  "display_phone_number",
  "verified_name",
  "name_status",
  "new_display_name",
  "new_name_status",
  "quality_rating",
  "code_verification_status",
  "status",
  "whatsapp_business_manager_messaging_limit",
  "throughput",
  "health_status",
  "is_on_biz_app",
  "platform_type",
];

/** How Meta describes the number now: status, quality, limit, name, health. */
export async function read(call: NumberCall): Promise<NumberFacts> {
  const body = await ask(call, { method: "GET", path: nodeOf(call), query: { fields: FIELDS.join(",") } });
  const status = textOf(body.status);
  const displayed = textOf(body.display_phone_number);
  const health = objectOf(body.health_status);
  return {
    providerId: call.providerId,
    e164: displayed === null ? null : displayedE164(displayed),
    connected: status === "CONNECTED",
    state: {
      status,
      quality: textOf(body.quality_rating),
      limit: textOf(body.whatsapp_business_manager_messaging_limit),
      name: textOf(body.verified_name),
      nameStatus: textOf(body.name_status),
      newName: textOf(body.new_display_name),
      newNameStatus: textOf(body.new_name_status),
      verification: textOf(body.code_verification_status),
      throughput: isObject(body.throughput) ? textOf(body.throughput.level) : null,
      platform: textOf(body.platform_type),
      onBusinessApp: body.is_on_biz_app === true,
      health: textOf(health.can_send_message),
      healthErrors: objectsOf(health.entities).flatMap((entity) => [...objectsOf(entity.errors)]),
      ...sendingOf(status, textOf(health.can_send_message)),
    },
  };
}

const STOPPED = new Set(["BANNED", "RESTRICTED", "DISCONNECTED", "MIGRATED", "DELETED"]);

/** Whether it may send, as far as Meta says; what it does not say leaves what is known. */
function sendingOf(status: string | null, health: string | null): JsonObject {
  if (STOPPED.has(status ?? "") || health === "BLOCKED") {
    const code = STOPPED.has(status ?? "") ? (status ?? "") : "BLOCKED";
    const text = {
      en: `WhatsApp lists the number as ${code}.`,
      es: `WhatsApp tiene el número como ${code}.`,
    };
    return { blocked: { scope: "all", until: null, code, text } };
  }
  return status === "CONNECTED" && health === "AVAILABLE" ? { blocked: null, payment: null } : {};
}

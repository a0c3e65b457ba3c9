import { formText } from "./form.ts";
import { numberOf, type OwnedNumber } from "./owned-numbers.ts";
import { type Service, serviceOf } from "./service-pools.ts";
import { WEBHOOK_PATHS } from "./webhook-paths.ts";
import type { World } from "./world.ts";

/** Where a message that comes in is reported. */
export interface InboundRoute {
  /** Null: nowhere, it is only on record. */
  readonly url: string | null;
  readonly method: string;
  readonly fallback: { readonly url: string; readonly method: string } | null;
  readonly serviceSid: string | null;
}

interface Incoming {
  readonly to: string;
  readonly channel?: "sms" | "whatsapp";
  readonly url?: string;
}

/**
 * What the test says; else the service the number is in, which may leave it to the number; else the number's own address;
 * else the engine. A WhatsApp sender is no phone number, though it looks like one.
 */
export function routeOf(world: World, { to, channel = "sms", url }: Incoming): InboundRoute {
  const number = channel === "sms" ? numberOf(world, to) : undefined;
  const service = number && serviceOf(world.services, number.sid);
  const serviceSid = service?.sid ?? null;
  if (url !== undefined) return { url, method: "POST", fallback: null, serviceSid };
  if (service && formText(service.fields, "UseInboundWebhookOnNumber") !== "true") return ofService(service);
  if (number?.settings.SmsUrl) return { ...ofNumber(number), serviceSid };
  return { url: world.engineUrl(WEBHOOK_PATHS.messages), method: "POST", fallback: null, serviceSid };
}

function ofService({ sid, fields }: Service): InboundRoute {
  const fallback = formText(fields, "FallbackUrl");
  return {
    url: formText(fields, "InboundRequestUrl") ?? null,
    method: formText(fields, "InboundMethod") ?? "POST",
    fallback:
      fallback === undefined ? null : { url: fallback, method: formText(fields, "FallbackMethod") ?? "POST" },
    serviceSid: sid,
  };
}

function ofNumber({ settings }: OwnedNumber): Omit<InboundRoute, "serviceSid"> {
  const { SmsFallbackUrl: fallback } = settings;
  return {
    url: settings.SmsUrl ?? null,
    method: settings.SmsMethod || "POST",
    fallback: fallback ? { url: fallback, method: settings.SmsFallbackMethod || "POST" } : null,
  };
}

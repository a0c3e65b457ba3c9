import type { OutboundMessage } from "../../../../engine/plugin-api.ts";
import { foreignFile } from "../../channel-parts.ts";

/** A message ready for an adapter; nobody listens at its status URL. */
export function outbound(given: Partial<OutboundMessage> & { readonly to: string }): OutboundMessage {
  return {
    purpose: "service",
    from: { numberId: "num_1", e164: "+15005550006", provider: "twilio", providerId: "PN1" },
    effectId: "eff_1",
    statusUrl: "http://127.0.0.1:9/hooks/twilio/status/eff_1?s=signed",
    files: (given.media ?? []).map(foreignFile),
    headerFile: null,
    ...given,
  };
}

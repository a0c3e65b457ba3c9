import type { NodeContext } from "../../../engine/plugin-api.ts";
import type { AttributeValue } from "../twiml.ts";
import { webAddress } from "../web-address.ts";
import type { ConnectParams } from "./params.ts";

/** How the Dial records; nothing where it does not. @throws AppError PARAMS_INVALID */
export function recordingAttributes(
  ctx: NodeContext,
  params: ConnectParams,
): Record<string, AttributeValue | undefined> {
  if (params.record === "do-not-record") return {};
  const url = params.recordingStatusUrl?.trim();
  const told = url ? webAddress(ctx, url, "system") : undefined;
  return {
    record: params.record,
    recordingTrack: params.recordingTrack === "both" ? undefined : params.recordingTrack,
    trim: params.recordingTrim ? "trim-silence" : undefined,
    recordingStatusCallback: told,
    recordingStatusCallbackEvent: told === undefined ? undefined : params.recordingStatusEvents,
    recordingStatusCallbackMethod: told === undefined ? undefined : "POST",
  };
}

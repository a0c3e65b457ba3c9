import type { NodeContext } from "../../../engine/plugin-api.ts";
import { stepUrl } from "../step-url.ts";
import { voiceFor } from "../voices.ts";
import { webAddress } from "../web-address.ts";
import type { EnqueueParams } from "./params.ts";

/**
 * Where Twilio asks what those who wait hear. All it takes to answer is in the URL. Undefined where Twilio's own music will
 * do: nothing to announce, to offer or to end.
 */
export function waitUrl(ctx: NodeContext, params: EnqueueParams): string | undefined {
  const { announcePosition, announceWait, callback, music, maxWaitSeconds } = params;
  const tells = announcePosition || announceWait || Boolean(params.announcement?.trim());
  if (!tells && !callback && music.length === 0 && maxWaitSeconds === undefined) return undefined;
  const { voice, language } = voiceFor(ctx.locale, ctx.tenant.country);
  return stepUrl(ctx, "twilio/voice/queue-wait", {
    voice,
    language,
    position: announcePosition ? "1" : undefined,
    wait: announceWait ? "1" : undefined,
    text: params.announcement?.trim() || undefined,
    music: musicList(ctx, music),
    silence: music.length === 0 ? String(params.silenceSeconds) : undefined,
    max: maxWaitSeconds === undefined ? undefined : String(maxWaitSeconds),
    ...(callback ? { key: params.callbackKey, offer: offerOf(params, language) } : {}),
  });
}

function musicList(ctx: NodeContext, music: readonly string[]): string | undefined {
  if (music.length === 0) return undefined;
  return music.map((url) => webAddress(ctx, url, "music")).join(" ");
}

function offerOf({ callbackText, callbackKey }: EnqueueParams, language: string): string {
  const own = callbackText?.trim();
  if (own) return own;
  return language.startsWith("es")
    ? `Si lo prefiere, pulse ${callbackKey} y le devolveremos la llamada.`
    : `If you prefer, press ${callbackKey} and we will call you back.`;
}

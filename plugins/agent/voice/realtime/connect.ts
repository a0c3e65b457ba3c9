import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import type { RealtimeClientEvent } from "openai/resources/realtime/realtime";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { readServerEvent, type ServerEvent } from "./server-events.ts";

export interface RealtimeAccount {
  readonly apiKey: string;
  /** With `/v1`; always dialled encrypted. */
  readonly baseUrl: string;
  readonly model: string;
  /** Whom to trust besides the usual: a server of one's own. */
  readonly ca?: string;
}

export interface RealtimeLink {
  send(event: JsonObject): void;
  close(): void;
}

const LONGEST_EVENT = 4 * 1024 * 1024;
const HANDSHAKE_MS = 5_000;

/** A session of a Realtime server. It cannot be resumed, so one that is gone is `lost`. */
export function connectRealtime(
  { apiKey, baseUrl, model, ca }: RealtimeAccount,
  on: { event(event: ServerEvent): void; lost(reason: string): void },
): RealtimeLink {
  const client = new OpenAI({ apiKey, baseURL: baseUrl, logLevel: "off" });
  const options = {
    maxPayload: LONGEST_EVENT,
    handshakeTimeout: HANDSHAKE_MS,
    ...(ca === undefined ? {} : { ca }),
  };
  const session = new OpenAIRealtimeWS({ model, options }, client);
  let reason = "the connection was closed";
  session.on("event", (event) => on.event(readServerEvent(event)));
  session.on("error", (error) => {
    // What the server says itself arrives as an event as well.
    if (error.error) return;
    reason = error.message;
    if (error.cause instanceof SyntaxError || isOpen(session)) on.event({ type: "malformed" });
  });
  session.socket.on("close", (code) => on.lost(`${reason} (${code})`));
  return {
    // The events are built here to the server's own reference.
    send: (event) => session.send(event as unknown as RealtimeClientEvent),
    close: () => session.close(),
  };
}

function isOpen({ socket }: OpenAIRealtimeWS): boolean {
  return socket.readyState === socket.OPEN;
}

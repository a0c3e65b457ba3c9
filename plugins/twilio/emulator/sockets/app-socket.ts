import { WebSocket } from "ws";
import { expectedSignature } from "../../signature.ts";
import type { SoundClock } from "../sound-clock.ts";
import { createFrameLog, type FrameLog } from "./frame-log.ts";
import type { SocketFault } from "./socket-faults.ts";

export interface SocketOrder {
  /** As written in the TwiML; that is what is signed. */
  readonly url: string;
  readonly token: string;
  readonly clock: SoundClock;
  readonly fault: SocketFault | undefined;
  /** How many frames open the talk. */
  readonly firstFrames: number;
  /** Where frames are written down; absent: in a log of its own. */
  readonly log?: FrameLog;
}

export interface SocketEars {
  /** A frame of the application. */
  takes(data: string, isBinary: boolean): void;
  /** Nothing more goes over it, and it was not closed from here. */
  lost(closed: { readonly code: number; readonly reason: string }): void;
}

/** A socket that Twilio has opened to an application. */
export interface AppSocket {
  readonly log: FrameLog;
  /** Who is told from now on, and of what came until now. */
  listen(ears: SocketEars): void;
  /** One that only fills time is not written down. */
  send(frame: object, isFiller?: boolean): void;
  close(code: number, reason?: string): void;
  /** Without a word, as when a network breaks. */
  drop(): void;
}

export type Opened =
  | { readonly ok: true; readonly socket: AppSocket }
  /** `status` of the answer that was no upgrade; 0: there was none. */
  | { readonly ok: false; readonly status: number; readonly why: string };

const CONNECT_MS = 5_000;
/** Closed without a close frame. */
export const LOST = 1006;

/** Asks for the upgrade, signed as Twilio signs it. Never rejects. */
export async function openAppSocket(order: SocketOrder): Promise<Opened> {
  if (order.fault?.kind === "unreachable")
    return { ok: false, status: 0, why: "the address cannot be reached" };
  const socket = dial(order);
  const carried = carry(socket, order);
  const refused = await upgraded(socket);
  if (refused) return { ok: false, ...refused };
  if (order.fault?.kind === "drop" && order.fault.afterFrames === 0) socket.terminate();
  return { ok: true, socket: order.fault?.kind === "twice" ? await twice(carried, order) : carried };
}

/** Whether this address may be written in TwiML: only what is encrypted, or stays on this machine. */
export function isSocketUrl(url: string): boolean {
  return URL.canParse(url) && /^(wss:\/\/|ws:\/\/(127\.0\.0\.1|localhost)[:/])/i.test(url);
}

function dial({ token, url, fault }: SocketOrder): WebSocket {
  const key = fault?.kind === "bad-signature" ? `${token}-of-somebody-else` : token;
  return new WebSocket(url, {
    headers: { "x-twilio-signature": expectedSignature(key, url, {}), "user-agent": "TwilioProxy/1.1" },
    handshakeTimeout: CONNECT_MS,
    perMessageDeflate: false,
  });
}

function upgraded(socket: WebSocket): Promise<{ status: number; why: string } | null> {
  return new Promise((resolve) => {
    socket.once("open", () => resolve(null));
    socket.once("unexpected-response", (request, { statusCode = 0 }) => {
      resolve({ status: statusCode, why: `the upgrade was answered with ${statusCode}` });
      request.destroy();
    });
    // Also what is lost later: the closing tells it.
    socket.on("error", (error) => resolve({ status: 0, why: error.message || "the connection failed" }));
  });
}

function carry(socket: WebSocket, { clock, fault, log = createFrameLog(clock.now) }: SocketOrder): AppSocket {
  const mouth = createMouth(socket, log);
  const ears = listenTo(socket, log, fault);
  return {
    log,
    listen(to) {
      ears.listen(to);
      if (fault?.kind === "malformed") for (const frame of fault.frames) mouth(frame);
    },
    drop: () => socket.terminate(),
    send(frame, isFiller) {
      const data = JSON.stringify(frame);
      if (fault?.kind === "slow") clock.after(fault.ms, () => mouth(data, isFiller));
      else if (fault?.kind !== "silence") mouth(data, isFiller);
    },
    close(code, reason = "") {
      ears.stop();
      socket.close(code, reason);
      // Whoever does not answer the closing is not waited for.
      setTimeout(() => socket.terminate(), CONNECT_MS).unref();
    },
  };
}

function createMouth(socket: WebSocket, log: FrameLog): (data: string, isFiller?: boolean) => void {
  return (data, isFiller = false) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (!isFiller) log.add("in", data);
    socket.send(data);
  };
}

/** Keeps what comes until somebody listens. */
function listenTo(socket: WebSocket, log: FrameLog, fault: SocketFault | undefined) {
  let held: ((ears: SocketEars) => void)[] = [];
  let ears: SocketEars | null = null;
  let isOurs = false;
  let taken = 0;
  const tell = (what: (to: SocketEars) => void) => {
    if (ears === null) held.push(what);
    else what(ears);
  };
  socket.on("message", (data, isBinary) => {
    const text = data.toString();
    log.add("out", isBinary ? `${text.length} bytes` : text);
    tell((to) => to.takes(text, isBinary));
    if (fault?.kind === "drop" && ++taken === fault.afterFrames) socket.terminate();
  });
  socket.once("close", (code, reason) => {
    if (!isOurs) tell((to) => to.lost({ code, reason: reason.toString() }));
  });
  return {
    listen(to: SocketEars) {
      ears = to;
      for (const what of held) what(to);
      held = [];
    },
    stop() {
      isOurs = true;
    },
  };
}

/** The first frames go over another socket, too; how that one ends is written down. */
async function twice(first: AppSocket, order: SocketOrder): Promise<AppSocket> {
  const second = dial(order);
  second.once("close", (code) => first.log.add("out", `the second socket was closed with ${code}`));
  const refused = await upgraded(second);
  if (refused) first.log.add("out", `the second socket was refused: ${refused.why}`);
  let left = refused ? 0 : order.firstFrames;
  return {
    ...first,
    send(frame, isFiller) {
      first.send(frame, isFiller);
      if (left-- > 0) second.send(JSON.stringify(frame));
    },
    close(code, reason) {
      first.close(code, reason);
      second.terminate();
    },
    drop() {
      first.drop();
      second.terminate();
    },
  };
}

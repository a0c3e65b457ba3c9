import { noteError } from "../call-session.ts";
import { errorText } from "../error-texts.ts";
import type { PlayContext } from "../play-step.ts";
import { type AppSocket, LOST, openAppSocket } from "../sockets/app-socket.ts";
import { createFrameLog } from "../sockets/frame-log.ts";
import { readRelayOrder, setupFrame } from "./relay-frames.ts";
import type { RelaySettings } from "./relay-settings.ts";
import { createRelayTalk, type RelayTalk } from "./relay-talk.ts";

// `setup`.
const FIRST_FRAMES = 1;
const MOST_UNKNOWN = 10;
/** What is kept for an application that is to come back, and when it is looked for. */
const MOST_KEPT = 500;
const RECONNECT_AFTER_MS: readonly number[] = [500, 1_000, 2_000];

/** The socket of a session, which may be another one after a while. */
interface Line {
  socket: AppSocket | null;
  /** Frames for an application that is away. */
  kept: object[];
}

/** Null where the application could not be reached, or did not want it. */
export async function openRelay(
  context: PlayContext,
  sid: string,
  settings: RelaySettings,
): Promise<RelayTalk | null> {
  const { world, session } = context;
  const log = createFrameLog(world.clock.now);
  const line: Line = { socket: null, kept: [] };
  const talk = createRelayTalk({
    session,
    sid,
    clock: world.clock,
    settings,
    log,
    isTyped: world.person !== null && session.talk === null,
    send(frame) {
      if (line.socket) line.socket.send(frame);
      else if (line.kept.length < MOST_KEPT) line.kept.push(frame);
    },
    close: () => line.socket?.close(1000),
    drops: () => line.socket?.drop(),
  });
  const relay = { context, sid, settings, log, line, talk };
  const why = await connect(relay);
  if (why !== null) {
    noteError(session, 64102, `${errorText(64102)}: ${why}`);
    return null;
  }
  talk.greet();
  return talk;
}

interface Relay {
  readonly context: PlayContext;
  readonly sid: string;
  readonly settings: RelaySettings;
  readonly log: ReturnType<typeof createFrameLog>;
  readonly line: Line;
  readonly talk: RelayTalk;
}

/** Null, or why it could not be opened. */
async function connect(relay: Relay): Promise<string | null> {
  const { context, sid, settings, log, line } = relay;
  const { world, session } = context;
  const opened = await openAppSocket({
    url: settings.url,
    token: world.accounts.get(session.accountSid).authToken,
    clock: world.clock,
    fault: world.socketFaults.take(new URL(settings.url).pathname, session.to),
    firstFrames: FIRST_FRAMES,
    log,
  });
  if (!opened.ok) return opened.why;
  const { socket } = opened;
  line.socket = socket;
  socket.send(setupFrame(session, sid, settings));
  for (const frame of line.kept.splice(0)) socket.send(frame);
  socket.listen({ takes: createTaking(relay, socket), lost: ({ code }) => void lost(relay, code) });
  return null;
}

function createTaking({ context, talk }: Relay, socket: AppSocket) {
  let unknown = 0;
  return (data: string, isBinary: boolean) => {
    if (talk.isOver()) return;
    const order = readRelayOrder(data, isBinary);
    unknown = order.type === "refused" && order.isUnknown ? unknown + 1 : 0;
    if (order.type === "refused") {
      noteError(context.session, 64107, `${errorText(64107)}: ${order.description}`);
      socket.send({ type: "error", description: order.description });
    } else if (order.type === "end") {
      socket.close(1000);
      talk.end({ status: "ended", handoffData: order.handoffData, code: null });
    } else if (order.type !== "settings") talk.takes(order);
    if (unknown < MOST_UNKNOWN) return;
    socket.close(1007, "Too many consecutive malformed messages");
    talk.end({ status: "failed", handoffData: null, code: 64107 });
  };
}

/** One that was cut is opened anew where the application asked for that; one that was closed is not. */
async function lost(relay: Relay, code: number): Promise<void> {
  const { context, settings, line, talk } = relay;
  const { world, session } = context;
  line.socket = null;
  if (settings.reconnects && code === LOST)
    for (const ms of RECONNECT_AFTER_MS) {
      await new Promise<void>((resolve) => void world.clock.after(ms, resolve));
      if (talk.isOver() || world.work.signal.aborted) return;
      if ((await connect(relay)) === null) return;
    }
  if (talk.isOver()) return;
  noteError(session, 64105, `${errorText(64105)} (${code})`);
  talk.end({ status: "failed", handoffData: null, code: 64105 });
}

/**
 * Where vendors open the sockets of plugins. Nobody is let in whose request was not signed by an account of the step's tenant;
 * what is said then is the plugin's.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { AppError } from "../errors.ts";
import type { JsonObject, SocketConnection, SocketDefinition, SocketHandler } from "../plugin-api.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { admitTo, findSocket, type SocketStep } from "../runtime/socket-sessions.ts";
import { webSocketUrl } from "../runtime/sockets-view.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";

export interface SocketDoor {
  serves(request: IncomingMessage): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  stop(): Promise<void>;
}

const MAX_SOCKETS = 2_000;
/** Bytes that wait for a vendor that does not read. */
const MAX_WAITING_BYTES = 256 * 1024;
const PING_EVERY_MS = 15_000;
const CLOSE_WITHIN_MS = 1_000;
const CLOSE = { going: 1012, replaced: 1008 } as const;

export function createSocketDoor(runtime: Runtime, engine: Engine): SocketDoor {
  const { sockets: definitions } = runtime.registry;
  const servers = new Map(
    definitions.map((definition) => [
      definition,
      new WebSocketServer({ noServer: true, maxPayload: definition.maxBytes, perMessageDeflate: false }),
    ]),
  );
  const open = new Set<WebSocket>();
  const pinging = setInterval(() => pingAll(open), PING_EVERY_MS);
  pinging.unref();
  const letIn = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (open.size >= MAX_SOCKETS)
      throw new AppError("SHUTTING_DOWN", "Too many sockets are open here; try again in a moment.");
    const { definition, step } = await findStep(runtime, definitions, request);
    if (!(await isSigned(runtime, step, request)))
      throw new AppError(
        "SIGNATURE_INVALID",
        `The signature of this request to /${definition.path} does not hold.`,
      );
    servers.get(definition)?.handleUpgrade(request, socket, head, (ws) => {
      open.add(ws);
      ws.once("close", () => open.delete(ws));
      speak(runtime, engine, { definition, step, ws });
    });
  };
  return {
    serves: (request) => definitionOf(definitions, request) !== undefined,
    upgrade(request, socket, head) {
      letIn(request, socket, head).catch((error: unknown) => refuseUpgrade(socket, error));
    },
    async stop() {
      clearInterval(pinging);
      // Calls go on in another process: who reconnects is let in there.
      for (const ws of open) ws.close(CLOSE.going, "the server is stopping");
      const cut = setTimeout(() => {
        for (const ws of open) ws.terminate();
      }, CLOSE_WITHIN_MS);
      await Promise.all(
        [...open].map((ws) => new Promise<void>((resolve) => ws.once("close", () => resolve()))),
      );
      clearTimeout(cut);
    },
  };
}

// ------------------------------------------------------------------------------------------------ who comes in

function definitionOf(definitions: readonly SocketDefinition[], { url = "" }: IncomingMessage) {
  return definitions.find(({ path }) => url.startsWith(`/${path}/`) || url === `/${path}`);
}

/** @throws AppError NOT_FOUND */
async function findStep(
  runtime: Runtime,
  definitions: readonly SocketDefinition[],
  request: IncomingMessage,
): Promise<{ readonly definition: SocketDefinition; readonly step: SocketStep }> {
  const definition = definitionOf(definitions, request);
  const stepKey = definition && stepKeyIn(definition.path, request.url ?? "");
  const step = definition && stepKey ? await findSocket(runtime, definition.path, stepKey) : null;
  if (definition && step) return { definition, step };
  throw new AppError("NOT_FOUND", "No step waits for a socket here.");
}

function stepKeyIn(path: string, url: string): string | null {
  const named = url.slice(path.length + 2).split("?", 1)[0] ?? "";
  try {
    return named.length > 200 ? null : decodeURIComponent(named);
  } catch {
    return null;
  }
}

/** The URL is the one the vendor was told, never the one a proxy made of it. */
async function isSigned(
  runtime: Runtime,
  { tenantId, row }: SocketStep,
  request: IncomingMessage,
): Promise<boolean> {
  const signer = runtime.registry.socketSigner(row.provider);
  if (!signer) return false;
  const url = `${webSocketUrl(runtime.settings.publicUrl)}${request.url ?? ""}`;
  const secrets: JsonObject[] = [await runtime.secrets.open(tenantId, signer.credential)];
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value ?? "")]),
  );
  return signer.verify({ url, headers, secrets });
}

// ------------------------------------------------------------------------------------------------ what is said

interface Opened {
  readonly definition: SocketDefinition;
  readonly step: SocketStep;
  readonly ws: WebSocket;
}

function speak(runtime: Runtime, engine: Engine, { definition, step, ws }: Opened): void {
  let leave: (() => void) | null = null;
  const connection: SocketConnection = {
    log: runtime.log.child({ runId: step.row.run_id, stepKey: step.row.step_key }),
    send: (text) => sendTo(ws, text),
    close: (code, reason) => ws.close(code, reason),
    async admit(visitor) {
      const replaced = () => ws.close(CLOSE.replaced, "another connection has taken over");
      const { leave: left, ...admission } = await admitTo(runtime, engine, step, visitor, replaced);
      leave = left ?? null;
      // It went while it was let in.
      if (ws.readyState === WebSocket.CLOSED) leave?.();
      return admission;
    },
  };
  const handler: SocketHandler = definition.connect(connection);
  ws.on("message", (data, isBinary) => handler.message(isBinary ? null : String(data)));
  // What is too long, or no frame at all, closes the connection by itself.
  ws.on("error", (error) => connection.log.warn({ err: error }, "a socket failed"));
  ws.on("pong", () => answered.add(ws));
  ws.once("close", (code) => {
    leave?.();
    handler.closed(code);
  });
}

function sendTo(ws: WebSocket, text: string): boolean {
  if (ws.readyState !== WebSocket.OPEN) return false;
  if (ws.bufferedAmount > MAX_WAITING_BYTES) {
    ws.terminate();
    return false;
  }
  ws.send(text);
  return true;
}

const asked = new WeakSet<WebSocket>();
const answered = new WeakSet<WebSocket>();

/** One that did not answer the last question is cut off. */
function pingAll(open: ReadonlySet<WebSocket>): void {
  for (const ws of open) {
    if (asked.has(ws) && !answered.has(ws)) {
      ws.terminate();
      continue;
    }
    answered.delete(ws);
    asked.add(ws);
    ws.ping();
  }
}

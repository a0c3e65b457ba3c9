/**
 * `/ws`: what happens, told to those who asked. Nothing is kept for anybody: on a lost connection a client reads over HTTP
 * what it missed.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { LiveRequest, LiveTopic } from "../../core/live.ts";
import { AppError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import type { RunEvent } from "../../runtime/runtime.ts";
import type { Simulations } from "../../runtime/simulations/simulations.ts";
import type { Database } from "../../store/database.ts";
import { type Authenticate, type Caller, requireScope } from "../authenticate.ts";
import { refuseUpgrade } from "../refuse-upgrade.ts";
import { CLOSE, type Client, createClient } from "./client.ts";
import { type FlowNews, watchFlowChanges } from "./flow-changes.ts";
import { createHub } from "./hub.ts";
import { createPresence } from "./presence.ts";
import { readRequest, scopeOf } from "./request.ts";
import { repeatedly, watchRunChanges } from "./run-changes.ts";

export interface LiveOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly authenticate: Authenticate;
  readonly simulations: Simulations;
}

export interface Live {
  readonly news: FlowNews;
  hears(event: RunEvent): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  stop(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 16 * 1024;
const MAX_TOPICS = 100;
const MAX_CLIENTS = 2_000;
const LOOK_AFTER_MS = 20_000;
// A client that does not close its side is cut off.
const CLOSE_WITHIN_MS = 1_000;

export function createLive(options: LiveOptions): Live {
  const { db, log, authenticate } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    // Of what the client offers, never the one with its key, unless it offers nothing else.
    handleProtocols: (offered) =>
      [...offered].find((name) => !name.startsWith(BEARER)) ?? [...offered][0] ?? false,
  });
  const clients = new Map<Client, IncomingMessage>();
  const hub = createHub();
  const runs = watchRunChanges(db, hub, log);
  const flows = watchFlowChanges(db, hub, log);
  const presence = createPresence((tenantId, topic) =>
    hub.publish(tenantId, { topic, kind: "present", ...presence.at(tenantId, topic) }),
  );
  const parts: Parts = { hub, presence, simulations: options.simulations };
  const tidy = repeatedly(
    async () => {
      presence.tidy();
      for (const [client, request] of clients)
        if (client.ping()) await recheck(authenticate, client, request);
    },
    LOOK_AFTER_MS,
    (error) => log.warn({ err: error }, "live connections were not looked after; they are in a moment"),
  );
  const open = (socket: WebSocket, request: IncomingMessage, caller: Caller) => {
    const client = createClient(socket, caller);
    clients.set(client, request);
    socket.on("message", (data, isBinary) => {
      if (client.count()) answer(parts, client, isBinary ? "" : String(data));
    });
    // What is too long, or no WebSocket frame at all, closes the connection by itself.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clients.delete(client);
      forget(parts, client);
    });
  };
  return {
    news: flows,
    hears: runs.hears,
    upgrade(request, socket, head) {
      letIn(authenticate, request, clients.size)
        .then((caller) => server.handleUpgrade(request, socket, head, (ws) => open(ws, request, caller)))
        .catch((error: unknown) => refuseUpgrade(socket, error));
    },
    async stop() {
      tidy();
      runs.stop();
      flows.stop();
      for (const client of clients.keys()) client.close(CLOSE.going, "the server is stopping");
      const cut = setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, CLOSE_WITHIN_MS);
      await Promise.all(
        [...server.clients].map(
          (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
        ),
      );
      clearTimeout(cut);
    },
  };
}

// ------------------------------------------------------------------------------------------ who comes in

const BEARER = "bearer.";

/** @throws AppError NOT_FOUND, UNAUTHENTICATED, CSRF_REFUSED, SHUTTING_DOWN */
async function letIn(authenticate: Authenticate, request: IncomingMessage, open: number): Promise<Caller> {
  const path = (request.url ?? "").split("?", 1)[0];
  if (path !== "/ws") throw new AppError("NOT_FOUND", "There is no socket here; it is at /ws.");
  if (open >= MAX_CLIENTS)
    throw new AppError("SHUTTING_DOWN", "Too many connections are open here; try again in a moment.");
  return authenticate(credentialsOf(request));
}

/** A browser cannot send the header of a key with a socket; it names it as a protocol. */
function credentialsOf({ method, headers }: IncomingMessage): Parameters<Authenticate>[0] {
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  const key = offered.find((name) => name.startsWith(BEARER))?.slice(BEARER.length);
  if (key === undefined || headers.authorization !== undefined) return { method, headers };
  return { method, headers: { ...headers, authorization: `Bearer ${key}` } };
}

/** Somebody whose session or key has ended meanwhile hears nothing more. */
async function recheck(authenticate: Authenticate, client: Client, request: IncomingMessage): Promise<void> {
  try {
    await authenticate(credentialsOf(request));
  } catch (error) {
    if (error instanceof AppError && !error.retryable) client.close(CLOSE.unauthenticated, error.code);
  }
}

// ------------------------------------------------------------------------------------------ what is asked

interface Parts {
  readonly hub: ReturnType<typeof createHub>;
  readonly presence: ReturnType<typeof createPresence>;
  readonly simulations: Simulations;
}

function answer(parts: Parts, client: Client, text: string): void {
  const request = readRequest(text);
  if (!request) {
    client.close(CLOSE.policy, "this is no request of the live channel");
    return;
  }
  try {
    obey(parts, client, request);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message } = error;
    client.send({ topic: request.topic, kind: "refused", code, message });
  }
}

/** @throws AppError SCOPE_MISSING, NOT_FOUND */
function obey(parts: Parts, client: Client, request: LiveRequest): void {
  const { caller, id, subscriptions } = client;
  const { tenantId } = caller;
  const scope = scopeOf(request.topic);
  if (scope === null) throw new AppError("NOT_FOUND", `There is no topic "${request.topic}".`);
  requireScope(caller, scope);
  switch (request.kind) {
    case "subscribe":
      subscribe(parts, client, request.topic);
      return;
    case "unsubscribe":
      subscriptions.get(request.topic)?.();
      subscriptions.delete(request.topic);
      return;
    case "presence": {
      const name = caller.person?.user.name ?? "API";
      const editing = request.editing && mayEdit(caller);
      parts.presence.say(tenantId, request.topic, { id, name, editing, selection: request.selection });
      return;
    }
    case "leave":
      parts.presence.leave(tenantId, request.topic, id);
  }
}

function mayEdit({ scopes }: Caller): boolean {
  return scopes.includes("*") || scopes.includes("flows:write");
}

function subscribe({ hub, presence, simulations }: Parts, client: Client, topic: LiveTopic): void {
  const { caller, id, subscriptions } = client;
  if (!subscriptions.has(topic)) {
    if (subscriptions.size >= MAX_TOPICS) {
      client.close(CLOSE.policy, "too many topics");
      return;
    }
    subscriptions.set(topic, listen({ hub, simulations }, client, topic));
  }
  client.send({ topic, kind: "subscribed", id });
  if (isFlow(topic)) client.send({ topic, kind: "present", ...presence.at(caller.tenantId, topic) });
}

function listen(
  { hub, simulations }: Pick<Parts, "hub" | "simulations">,
  client: Client,
  topic: LiveTopic,
): () => void {
  const { tenantId } = client.caller;
  if (!isSimulation(topic)) return hub.listen(tenantId, topic, client.send);
  const session = simulations.find(tenantId, topic.slice("simulation:".length));
  return simulations.listen(
    session,
    (event) => client.send({ topic, kind: "event", event }),
    () => {
      client.subscriptions.delete(topic);
      client.send({ topic, kind: "refused", code: "NOT_FOUND", message: "This simulation is over." });
    },
  );
}

function isFlow(topic: LiveTopic): topic is `flow:${string}` {
  return topic.startsWith("flow:");
}

function isSimulation(topic: LiveTopic): topic is `simulation:${string}` {
  return topic.startsWith("simulation:");
}

function forget({ presence }: Parts, { caller, id, subscriptions }: Client): void {
  for (const [topic, end] of subscriptions) {
    end();
    if (isFlow(topic as LiveTopic)) presence.leave(caller.tenantId, topic as `flow:${string}`, id);
  }
  subscriptions.clear();
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError, type JsonObject } from "../../../engine/plugin-api.ts";
import { parseAddress } from "./addresses.ts";
import type { Fault } from "./faults.ts";
import { type Form, formText, parseForm } from "./form.ts";
import { lastingFault } from "./lasting-fault.ts";
import { isMediaPath, serveMedia } from "./media.ts";
import { mannerOf } from "./phone.ts";
import { recordingMedia } from "./recordings.ts";
import { type RestAnswer, refusal } from "./rest-answer.ts";
import { route } from "./router.ts";
import { newSid } from "./sids.ts";
import type { World } from "./world.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** Serves the REST API of this world on 127.0.0.1. @throws AppError PORT_IN_USE */
export async function listen(world: World, port: number): Promise<Server> {
  let concurrent = 0;
  const server = createServer((incoming, response) => {
    concurrent++;
    response.once("close", () => concurrent--);
    response.setHeader("Twilio-Concurrent-Requests", String(concurrent));
    // The only way to fail is a caller that went away while its body was read.
    serve(world, incoming, response).catch(() => response.destroy());
  });
  await bind(server, port);
  return server;
}

function bind(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (error: NodeJS.ErrnoException) => {
    const isTaken = error.code === "EADDRINUSE";
    reject(
      isTaken
        ? new AppError("PORT_IN_USE", `Port ${port} for the Twilio emulator is in use.`, { port }, error)
        : error,
    );
  });
  server.listen(port, "127.0.0.1", resolve);
  return promise;
}

async function serve(world: World, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = "", ...query] = (incoming.url ?? "").split("?");
  const body = await readBody(incoming);
  const json = parseJson(incoming, body);
  const form = json === null ? parseForm(body) : {};
  const recording = /^\/2010-04-01\/Accounts\/\w+\/Recordings\/(RE\w+?)(\.wav)?$/.exec(path)?.[1];
  if (recording !== undefined) return sendRecording(world, recording, response);
  if (isMediaPath(path)) return serveMedia(world, incoming, path, response);
  const fault = world.faults.take(path, recipientOf(path, form)) ?? lastingFault(world.trouble, path, form);
  if (fault?.kind === "reset-before") return void response.destroy();
  if (fault?.kind === "status") return send(response, statusFault(fault));
  const answer = handle(world, incoming, { path, query: parseForm(query.join("?")), form, json, fault });
  if (fault?.kind === "timeout-after-accept") return;
  if (fault?.kind === "reset-after-accept") return void response.destroy();
  if (fault?.kind === "slow") await sleep(fault.ms, undefined, { signal: world.work.signal });
  send(response, answer);
}

interface Parts {
  readonly path: string;
  readonly query: Form;
  readonly form: Form;
  readonly json: JsonObject | null;
  readonly fault: Fault | undefined;
}

function handle(
  world: World,
  incoming: IncomingMessage,
  { path, query, form, json, fault }: Parts,
): RestAnswer {
  const actor = world.accounts.authenticate(incoming.headers.authorization);
  if (!actor) return refusal(401, 20003);
  return route(world, incoming.method ?? "GET", {
    actor,
    path,
    query,
    form,
    json,
    manner: mannerOf(fault),
  });
}

function parseJson(incoming: IncomingMessage, body: string): JsonObject | null {
  if (!/^application\/json/i.test(incoming.headers["content-type"] ?? "")) return null;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

function recipientOf(path: string, form: Form): string | undefined {
  const to = formText(form, "To") ?? /^\/v2\/PhoneNumbers\/(.+)$/.exec(path)?.[1]?.replace(/^%2B/i, "+");
  return to === undefined ? undefined : parseAddress(to).number;
}

function statusFault({ status, code, retryAfter }: Extract<Fault, { kind: "status" }>): RestAnswer {
  const usual = STATUS_CODES[status] ?? (status >= 500 ? 20500 : 20422);
  const answer = refusal(status, code ?? usual);
  return retryAfter === undefined ? answer : { ...answer, headers: { "Retry-After": String(retryAfter) } };
}

const STATUS_CODES: Readonly<Record<number, number>> = {
  401: 20003,
  404: 20404,
  409: 20409,
  429: 20429,
  503: 20503,
};

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw new AppError("BODY_TOO_LARGE", `A request body is limited to ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, { status, body, headers = {} }: RestAnswer): void {
  if (body === null)
    return void response.writeHead(status, { ...headers, "Twilio-Request-Id": newSid("RQ") }).end();
  const type = { "Content-Type": "application/json; charset=utf-8", "Twilio-Request-Id": newSid("RQ") };
  response.writeHead(status, { ...headers, ...type }).end(JSON.stringify(body));
}

function sendRecording(world: World, sid: string, response: ServerResponse): void {
  const media = recordingMedia(world, sid);
  if (media === null) send(response, refusal(404, 20404));
  else response.writeHead(200, { "Content-Type": "audio/x-wav" }).end(media);
}

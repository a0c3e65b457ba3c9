import type { IncomingMessage, ServerResponse } from "node:http";
import type { EmulatedFile } from "./emulated-file.ts";
import { newSid } from "./sids.ts";
import type { World } from "./world.ts";

const API_PATH = /^\/2010-04-01\/Accounts\/(AC\w+)\/Messages\/\w+\/Media\/(ME\w+)$/;
const CDN_PATH = /^\/cdn\/(ME\w+)$/;

export function isMediaPath(path: string): boolean {
  return API_PATH.test(path) || CDN_PATH.test(path);
}

/** Keeps a file of an inbound message. Gives its address at the API. */
export function keepMedia(world: World, accountSid: string, messageSid: string, file: EmulatedFile): string {
  const sid = newSid("ME");
  world.media.set(sid, file);
  return `${world.url()}/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}/Media/${sid}`;
}

/** The API asks who is there and leads on to the CDN, which gives the file to anybody. */
export function serveMedia(
  world: World,
  incoming: IncomingMessage,
  path: string,
  response: ServerResponse,
): void {
  const [, account, sid = ""] = API_PATH.exec(path) ?? [];
  if (account !== undefined) {
    const known = world.accounts.authenticate(incoming.headers.authorization)?.accountSid === account;
    if (!known) return void response.writeHead(401).end();
    return void response
      .writeHead(world.media.has(sid) ? 307 : 404, { location: `${world.url()}/cdn/${sid}` })
      .end();
  }
  const file = world.media.get(CDN_PATH.exec(path)?.[1] ?? "");
  if (!file) return void response.writeHead(404).end();
  const disposition =
    file.name === undefined ? {} : { "content-disposition": `inline; filename="${file.name}"` };
  response.writeHead(200, { "content-type": file.type, ...disposition }).end(file.bytes);
}

import type { JsonObject } from "../../../engine/plugin-api.ts";
import { rfc2822 } from "./dates.ts";
import { type Form, formText } from "./form.ts";
import { isCallbackUrl } from "./message-checks.ts";
import { page } from "./paging.ts";
import { averageWait, type CallQueue, type QueueMember, waited } from "./queues.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const LIST = new Set(["PageSize", "Page", "PageToken"]);
const QUEUE = new Set(["FriendlyName", "MaxSize"]);
const MEMBER = new Set(["Url", "Method"]);
const MOST = 5000;

/** `GET …/Queues.json` */
export function listQueues(world: World, { account, path, query }: RestRequest): RestAnswer {
  const unknown = unknownParameters(query, LIST);
  if (unknown) return unknown;
  const items = world.queues
    .all(account.accountSid)
    .map((queue) => ({ sid: queue.sid, json: resource(queue) }));
  return answer(200, page("queues", items, path, query));
}

/** `POST …/Queues.json` */
export function createQueue(world: World, { account, form }: RestRequest): RestAnswer {
  const refused = refuseQueue(form);
  if (refused) return refused;
  const name = formText(form, "FriendlyName");
  if (name === undefined) return refusal(400, 20422, "FriendlyName is required.");
  if (world.queues.byName(account.accountSid, name))
    return refusal(409, 20409, `There is a queue named ${name} already.`);
  const maxSize = Number(formText(form, "MaxSize") ?? 100);
  const queue = world.queues.add({ accountSid: account.accountSid, name, maxSize, now: world.now() });
  return answer(201, resource(queue));
}

/** `GET …/Queues/{sid}.json` */
export function fetchQueue(world: World, request: RestRequest): RestAnswer {
  const queue = find(world, request);
  return queue ? answer(200, resource(queue)) : notFound(request.path);
}

/** `POST …/Queues/{sid}.json` */
export function updateQueue(world: World, request: RestRequest): RestAnswer {
  const queue = find(world, request);
  if (!queue) return notFound(request.path);
  const refused = refuseQueue(request.form);
  if (refused) return refused;
  queue.friendlyName = formText(request.form, "FriendlyName") ?? queue.friendlyName;
  queue.maxSize = Number(formText(request.form, "MaxSize") ?? queue.maxSize);
  queue.updatedAt = world.now();
  return answer(200, resource(queue));
}

/** `DELETE …/Queues/{sid}.json`: only an empty one. */
export function deleteQueue(world: World, request: RestRequest): RestAnswer {
  const queue = find(world, request);
  if (!queue) return notFound(request.path);
  if (queue.members.length > 0) return refusal(400, 20409, "A queue with callers in it cannot be deleted.");
  world.queues.remove(queue);
  return answer(204, null);
}

/** `GET …/Queues/{sid}/Members.json`, in their order */
export function listMembers(world: World, request: RestRequest): RestAnswer {
  const queue = find(world, request);
  if (!queue) return notFound(request.path);
  const items = queue.members.map((member) => ({
    sid: member.session.sid,
    json: memberResource(queue, member),
  }));
  return answer(200, page("queue_members", items, request.path, request.query));
}

/** `GET …/Queues/{sid}/Members/{call or Front}.json` */
export function fetchMember(world: World, request: RestRequest): RestAnswer {
  const found = findMember(world, request);
  return found ? answer(200, memberResource(found.queue, found.member)) : notFound(request.path);
}

/** `POST …/Queues/{sid}/Members/{call or Front}.json`: takes the call out and plays it another document. */
export function dequeueMember(world: World, request: RestRequest): RestAnswer {
  const found = findMember(world, request);
  if (!found) return notFound(request.path);
  const unknown = unknownParameters(request.form, MEMBER);
  if (unknown) return unknown;
  const url = formText(request.form, "Url");
  if (url === undefined || !isCallbackUrl(url)) return refusal(400, 21205);
  const json = memberResource(found.queue, found.member);
  found.member.session.redirect = { kind: "url", url, method: formText(request.form, "Method") ?? "POST" };
  return answer(200, json);
}

function refuseQueue(form: Form): RestAnswer | null {
  const unknown = unknownParameters(form, QUEUE);
  if (unknown) return unknown;
  const size = formText(form, "MaxSize");
  const fits = size === undefined || (/^\d+$/.test(size) && Number(size) >= 1 && Number(size) <= MOST);
  return fits ? null : refusal(400, 20422, `MaxSize must be between 1 and ${MOST}.`);
}

function find(world: World, { account, params }: RestRequest): CallQueue | undefined {
  return world.queues.bySid(account.accountSid, params.sid ?? "");
}

function findMember(
  world: World,
  request: RestRequest,
): { readonly queue: CallQueue; readonly member: QueueMember } | null {
  const queue = find(world, request);
  const wanted = request.params.call ?? "";
  const member =
    wanted === "Front" ? queue?.members[0] : queue?.members.find(({ session }) => session.sid === wanted);
  return queue && member ? { queue, member } : null;
}

function resource(queue: CallQueue): JsonObject {
  const uri = `/2010-04-01/Accounts/${queue.accountSid}/Queues/${queue.sid}`;
  return {
    sid: queue.sid,
    account_sid: queue.accountSid,
    friendly_name: queue.friendlyName,
    max_size: queue.maxSize,
    current_size: queue.members.length,
    average_wait_time: averageWait(queue),
    date_created: rfc2822(queue.createdAt),
    date_updated: rfc2822(queue.updatedAt),
    uri: `${uri}.json`,
    subresource_uris: { members: `${uri}/Members.json` },
  };
}

function memberResource(queue: CallQueue, member: QueueMember): JsonObject {
  const { sid } = member.session;
  return {
    call_sid: sid,
    queue_sid: queue.sid,
    date_enqueued: rfc2822(member.enqueuedAt),
    position: queue.members.indexOf(member) + 1,
    wait_time: waited(member),
    uri: `/2010-04-01/Accounts/${queue.accountSid}/Queues/${queue.sid}/Members/${sid}.json`,
  };
}

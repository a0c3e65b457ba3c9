import { mayActFor } from "./accounts.ts";
import { createSubaccount, fetchAccount, listAccounts, updateAccount } from "./accounts-rest.ts";
import { searchNumbers } from "./available-numbers.ts";
import {
  changeRecording,
  deleteRecording,
  fetchRecording,
  listRecordings,
  startRecording,
} from "./call-recordings.ts";
import { startStream, stopStream } from "./call-streams.ts";
import { createCall, deleteCall, fetchCall, listCalls, updateCall } from "./calls.ts";
import {
  fetchConference,
  fetchParticipant,
  listConferences,
  listParticipants,
  removeParticipant,
  updateConference,
  updateParticipant,
} from "./conference-rest.ts";
import {
  createContent,
  deleteContent,
  fetchApproval,
  fetchContent,
  listContents,
  requestApproval,
  updateContent,
} from "./content.ts";
import { buyNumber, deleteNumber, fetchNumber, listNumbers, updateNumber } from "./incoming-numbers.ts";
import { lookUpNumber } from "./lookup.ts";
import { createMessage, deleteMessage, fetchMessage, listMessages, updateMessage } from "./messages.ts";
import {
  addToPool,
  createService,
  deleteService,
  fetchService,
  listPool,
  listServices,
  removeFromPool,
} from "./messaging-services.ts";
import {
  createQueue,
  deleteQueue,
  dequeueMember,
  fetchMember,
  fetchQueue,
  listMembers,
  listQueues,
  updateQueue,
} from "./queue-rest.ts";
import { notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import {
  checkVerification,
  fetchAttempt,
  fetchVerification,
  listAttempts,
  startVerification,
  updateVerification,
} from "./verifications.ts";
import {
  createVerifyService,
  deleteVerifyService,
  fetchVerifyService,
  listVerifyServices,
  updateVerifyService,
} from "./verify-services.ts";
import type { World } from "./world.ts";

type Handler = (world: World, request: RestRequest) => RestAnswer;

interface Route {
  readonly path: RegExp;
  /** Also about an account that is suspended or closed. */
  readonly whenInactive?: true;
  readonly methods: Readonly<Record<string, Handler>>;
}

/** The REST resources of this emulator. */
const ROUTES: readonly Route[] = [
  { path: /^\/2010-04-01\/Accounts\.json$/, methods: { GET: listAccounts, POST: createSubaccount } },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\.json$/,
    whenInactive: true,
    methods: { GET: fetchAccount, POST: updateAccount },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/AvailablePhoneNumbers\/(?<country>[A-Z]{2})\/(?<kind>\w+)\.json$/,
    methods: { GET: searchNumbers },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/IncomingPhoneNumbers\.json$/,
    methods: { GET: listNumbers, POST: buyNumber },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/IncomingPhoneNumbers\/(?<kind>Local|Mobile|TollFree)\.json$/,
    methods: { GET: listNumbers, POST: buyNumber },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/IncomingPhoneNumbers\/(?<sid>PN\w+)\.json$/,
    methods: { GET: fetchNumber, POST: updateNumber, DELETE: deleteNumber },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Messages\.json$/,
    methods: { GET: listMessages, POST: createMessage },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Messages\/(?<sid>\w+)\.json$/,
    methods: { GET: fetchMessage, POST: updateMessage, DELETE: deleteMessage },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Calls\.json$/,
    methods: { GET: listCalls, POST: createCall },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Calls\/(?<sid>\w+)\.json$/,
    methods: { GET: fetchCall, POST: updateCall, DELETE: deleteCall },
  },
  { path: /^\/v1\/Content(AndApprovals)?$/, methods: { GET: listContents, POST: createContent } },
  {
    path: /^\/v1\/Content\/(?<sid>HX\w+)$/,
    methods: { GET: fetchContent, PUT: updateContent, DELETE: deleteContent },
  },
  {
    path: /^\/v1\/Content\/(?<sid>HX\w+)\/ApprovalRequests\/whatsapp$/,
    methods: { POST: requestApproval },
  },
  { path: /^\/v1\/Content\/(?<sid>HX\w+)\/ApprovalRequests$/, methods: { GET: fetchApproval } },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Queues\.json$/,
    methods: { GET: listQueues, POST: createQueue },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Queues\/(?<sid>\w+)\.json$/,
    methods: { GET: fetchQueue, POST: updateQueue, DELETE: deleteQueue },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Queues\/(?<sid>\w+)\/Members\.json$/,
    methods: { GET: listMembers },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Queues\/(?<sid>\w+)\/Members\/(?<call>\w+)\.json$/,
    methods: { GET: fetchMember, POST: dequeueMember },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Conferences\.json$/,
    methods: { GET: listConferences },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Conferences\/(?<sid>\w+)\.json$/,
    methods: { GET: fetchConference, POST: updateConference },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Conferences\/(?<sid>\w+)\/Participants\.json$/,
    methods: { GET: listParticipants },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Conferences\/(?<sid>\w+)\/Participants\/(?<call>[^/]+)\.json$/,
    methods: { GET: fetchParticipant, POST: updateParticipant, DELETE: removeParticipant },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Calls\/(?<sid>\w+)\/Recordings\.json$/,
    methods: { GET: listRecordings, POST: startRecording },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Calls\/(?<sid>\w+)\/Recordings\/(?<recording>\w+)\.json$/,
    methods: { GET: fetchRecording, POST: changeRecording, DELETE: deleteRecording },
  },
  { path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Recordings\.json$/, methods: { GET: listRecordings } },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Recordings\/(?<recording>\w+)\.json$/,
    methods: { GET: fetchRecording, DELETE: deleteRecording },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Calls\/(?<sid>\w+)\/Streams\.json$/,
    methods: { POST: startStream("stream") },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Calls\/(?<sid>\w+)\/Streams\/(?<stream>[^/]+)\.json$/,
    methods: { POST: stopStream },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Calls\/(?<sid>\w+)\/Siprec\.json$/,
    methods: { POST: startStream("siprec") },
  },
  {
    path: /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Calls\/(?<sid>\w+)\/Siprec\/(?<stream>[^/]+)\.json$/,
    methods: { POST: stopStream },
  },
  { path: /^\/v1\/Services$/, methods: { GET: listServices, POST: createService } },
  { path: /^\/v1\/Services\/(?<sid>MG\w+)$/, methods: { GET: fetchService, DELETE: deleteService } },
  {
    path: /^\/v1\/Services\/(?<sid>MG\w+)\/PhoneNumbers$/,
    methods: { GET: listPool, POST: addToPool },
  },
  {
    path: /^\/v1\/Services\/(?<sid>MG\w+)\/PhoneNumbers\/(?<number>PN\w+)$/,
    methods: { DELETE: removeFromPool },
  },
  { path: /^\/v2\/PhoneNumbers\/(?<number>[^/]+)$/, methods: { GET: lookUpNumber } },
  { path: /^\/v2\/Services$/, methods: { GET: listVerifyServices, POST: createVerifyService } },
  {
    path: /^\/v2\/Services\/(?<service>VA\w+)$/,
    methods: { GET: fetchVerifyService, POST: updateVerifyService, DELETE: deleteVerifyService },
  },
  { path: /^\/v2\/Services\/(?<service>VA\w+)\/Verifications$/, methods: { POST: startVerification } },
  {
    path: /^\/v2\/Services\/(?<service>VA\w+)\/Verifications\/(?<verification>[^/]+)$/,
    methods: { GET: fetchVerification, POST: updateVerification },
  },
  {
    path: /^\/v2\/Services\/(?<service>VA\w+)\/VerificationCheck$/,
    methods: { POST: checkVerification },
  },
  { path: /^\/v2\/Attempts$/, methods: { GET: listAttempts } },
  { path: /^\/v2\/Attempts\/(?<sid>VL\w+)$/, methods: { GET: fetchAttempt } },
];

/**
 * Answers an authenticated request: 404/20404 for unknown paths and other people's accounts, 405/20004 for a wrong method,
 * 403/20005 for an account that is suspended or closed.
 */
export function route(
  world: World,
  method: string,
  request: Omit<RestRequest, "params" | "account">,
): RestAnswer {
  const { actor, path } = request;
  for (const one of ROUTES) {
    const match = one.path.exec(path);
    if (!match) continue;
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decoded(value)]),
    );
    const account = params.account === undefined ? actor : world.accounts.find(params.account);
    if (!account || !mayActFor(actor, account)) break;
    const isAsleep = account.status !== "active" && !one.whenInactive;
    if (actor.status !== "active" || isAsleep) return refusal(403, 20005);
    const handler = one.methods[method];
    return handler ? handler(world, { ...request, account, params }) : refusal(405, 20004);
  }
  return notFound(path);
}

// A raw `+` in a path is a plus, not a space.
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

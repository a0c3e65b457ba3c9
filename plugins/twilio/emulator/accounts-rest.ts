/** `/2010-04-01/Accounts`: accounts that are part of another one, each with its own sid and auth token. */
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { type Account, type AccountStatus, accountEntry, mayActFor } from "./accounts.ts";
import { oneOf } from "./call-recordings.ts";
import { rfc2822 } from "./dates.ts";
import { type Form, formText } from "./form.ts";
import { releaseAll } from "./keep-numbers.ts";
import { page } from "./paging.ts";
import { answer, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const CREATE_PARAMETERS = new Set(["FriendlyName"]);
const UPDATE_PARAMETERS = new Set(["FriendlyName", "Status"]);
const LIST_PARAMETERS = new Set("FriendlyName Status PageSize Page PageToken".split(" "));
const STATUSES: readonly AccountStatus[] = ["active", "suspended", "closed"];
const MAX_NAME = 64;

/** `POST /Accounts.json`: only an account that is part of none has others. */
export function createSubaccount(world: World, { form, actor }: RestRequest): RestAnswer {
  const refused = unknownParameters(form, CREATE_PARAMETERS) ?? refuseName(form);
  if (refused) return refused;
  if (!isMaster(actor)) return refusal(403, 20006);
  const at = world.now().toISOString();
  const name = formText(form, "FriendlyName") ?? `SubAccount Created at ${at.slice(0, 16).replace("T", " ")}`;
  const account = world.accounts.add(actor.accountSid, name, at);
  world.ledger.add(accountEntry(account));
  return answer(201, resource(account));
}

/** `GET /Accounts.json`: the account itself and those that are part of it */
export function listAccounts(world: World, { actor, path, query }: RestRequest): RestAnswer {
  const refused = unknownParameters(query, LIST_PARAMETERS) ?? oneOf(query, "Status", STATUSES);
  if (refused) return refused;
  const fits = (name: string, value: string) => [undefined, value].includes(formText(query, name));
  const items = world.accounts
    .all()
    .filter((one) => mayActFor(actor, one))
    .filter((one) => fits("FriendlyName", one.friendlyName) && fits("Status", one.status))
    .map((one) => ({ sid: one.accountSid, json: resource(one) }));
  return answer(200, page("accounts", items, path, query));
}

/** `GET /Accounts/{sid}.json` */
export function fetchAccount(_world: World, { account }: RestRequest): RestAnswer {
  return answer(200, resource(account));
}

/** `POST /Accounts/{sid}.json`: renames it; its owner suspends, revives and closes it, the last for good. */
export function updateAccount(world: World, { form, account, actor }: RestRequest): RestAnswer {
  const refused =
    unknownParameters(form, UPDATE_PARAMETERS) ?? refuseName(form) ?? oneOf(form, "Status", STATUSES);
  if (refused) return refused;
  const status = formText(form, "Status") as AccountStatus | undefined;
  const isItself = actor.accountSid === account.accountSid;
  if (status !== undefined && status !== account.status && isItself) return refusal(403, 20006);
  if (account.status === "closed" && status !== "closed") return refusal(403, 20005);
  const changed = world.accounts.update(account, {
    friendlyName: formText(form, "FriendlyName") ?? account.friendlyName,
    status: status ?? account.status,
    updatedAt: world.now().toISOString(),
  });
  if (changed.status === "closed") releaseAll(world, account.accountSid);
  if (!isMaster(account)) world.ledger.add(accountEntry(changed));
  return answer(200, resource(changed));
}

function isMaster({ ownerSid, accountSid }: Account): boolean {
  return ownerSid === accountSid;
}

function refuseName(form: Form): RestAnswer | null {
  const name = formText(form, "FriendlyName") ?? "";
  return name.length > MAX_NAME
    ? refusal(400, 20422, `FriendlyName has ${name.length} characters; ${MAX_NAME} are allowed.`)
    : null;
}

function resource(account: Account): JsonObject {
  const path = `/2010-04-01/Accounts/${account.accountSid}`;
  return {
    sid: account.accountSid,
    owner_account_sid: account.ownerSid,
    friendly_name: account.friendlyName,
    status: account.status,
    type: "Full",
    auth_token: account.authToken,
    date_created: rfc2822(account.createdAt),
    date_updated: rfc2822(account.updatedAt),
    uri: `${path}.json`,
    subresource_uris: Object.fromEntries(SUBRESOURCES.map(([key, part]) => [key, `${path}/${part}.json`])),
  };
}

const SUBRESOURCES = [
  ["available_phone_numbers", "AvailablePhoneNumbers"],
  ["calls", "Calls"],
  ["conferences", "Conferences"],
  ["incoming_phone_numbers", "IncomingPhoneNumbers"],
  ["messages", "Messages"],
  ["queues", "Queues"],
  ["recordings", "Recordings"],
] as const;

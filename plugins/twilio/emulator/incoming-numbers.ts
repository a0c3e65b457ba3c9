/** `…/IncomingPhoneNumbers`: numbers are bought, set to where Twilio calls for them, and released. */

import { mayActFor } from "./accounts.ts";
import { inAreaCode, type NumberKind, offerOf } from "./available-numbers.ts";
import { type Form, formList, formText } from "./form.ts";
import { keepNumber, releaseNumber } from "./keep-numbers.ts";
import { numberResource } from "./number-resource.ts";
import { refuseSettings, SETTINGS } from "./number-settings.ts";
import { formattedNumber, isDialable, TEST_NUMBERS, testRefusal } from "./numbers.ts";
import { numberOf, type OwnedNumber } from "./owned-numbers.ts";
import { page } from "./paging.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { newSid } from "./sids.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const CREATE_PARAMETERS: ReadonlySet<string> = new Set([...SETTINGS, "PhoneNumber", "AreaCode"]);
const UPDATE_PARAMETERS: ReadonlySet<string> = new Set([...SETTINGS, "AccountSid"]);
const LIST_PARAMETERS = new Set("Beta FriendlyName PhoneNumber Origin PageSize Page PageToken".split(" "));

/** `POST …/IncomingPhoneNumbers.json`, or below it `Local`, `Mobile`, `TollFree` */
export function buyNumber(world: World, { form, account, params }: RestRequest): RestAnswer {
  const kind = AVAILABLE[params.kind ?? ""];
  const unknown = unknownParameters(form, CREATE_PARAMETERS);
  if (unknown) return unknown;
  const chosen = choose(world, form, kind);
  if (typeof chosen !== "string") return chosen;
  const settings = settingsOf({ FriendlyName: formattedNumber(chosen) }, form);
  const refused = refuseSettings(form, settings, offerOf(chosen));
  if (refused) return refused;
  const at = world.now().toISOString();
  const bought = { sid: newSid("PN"), e164: chosen, accountSid: account.accountSid, settings };
  return answer(201, numberResource(keepNumber(world, { ...bought, createdAt: at, updatedAt: at })));
}

/** `GET …/IncomingPhoneNumbers.json`, or below it `Local`, `Mobile`, `TollFree` */
export function listNumbers(world: World, { account, params, path, query }: RestRequest): RestAnswer {
  const unknown = unknownParameters(query, LIST_PARAMETERS);
  if (unknown) return unknown;
  const kind = AVAILABLE[params.kind ?? ""];
  const items = [...world.numbers.values()]
    .filter((number) => number.accountSid === account.accountSid && fits(number, query))
    .filter(({ e164 }) => kind === undefined || offerOf(e164).kind === kind)
    .map((number) => ({ sid: number.sid, json: numberResource(number) }));
  return answer(200, page("incoming_phone_numbers", items, path, query));
}

/** `GET …/IncomingPhoneNumbers/{sid}.json` */
export function fetchNumber(world: World, request: RestRequest): RestAnswer {
  const number = find(world, request);
  return number ? answer(200, numberResource(number)) : notFound(request.path);
}

/** `POST …/IncomingPhoneNumbers/{sid}.json`: what is left out stays, an empty text takes a setting away. */
export function updateNumber(world: World, request: RestRequest): RestAnswer {
  const { form } = request;
  const number = find(world, request);
  if (!number) return notFound(request.path);
  const unknown = unknownParameters(form, UPDATE_PARAMETERS);
  if (unknown) return unknown;
  const settings = settingsOf(number.settings, form);
  const accountSid = formText(form, "AccountSid") ?? number.accountSid;
  const refused =
    refuseSettings(form, settings, offerOf(number.e164)) ?? refuseMove(world, request, accountSid);
  if (refused) return refused;
  const updatedAt = world.now().toISOString();
  return answer(200, numberResource(keepNumber(world, { ...number, settings, accountSid, updatedAt })));
}

/** `DELETE …/IncomingPhoneNumbers/{sid}.json` */
export function deleteNumber(world: World, request: RestRequest): RestAnswer {
  const number = find(world, request);
  if (!number) return notFound(request.path);
  releaseNumber(world, number.sid);
  return answer(204, null);
}

const AVAILABLE: Readonly<Record<string, NumberKind>> = {
  Local: "local",
  Mobile: "mobile",
  TollFree: "tollfree",
};

/** The number that is wanted, or what Twilio says against it. */
function choose(world: World, form: Form, kind: NumberKind | undefined): string | RestAnswer {
  const e164 = formText(form, "PhoneNumber");
  const areaCode = formText(form, "AreaCode");
  if (e164 === undefined && areaCode === undefined) return refusal(400, 21421);
  if (e164 === undefined) return inAreaCode(world, areaCode ?? "", kind)?.e164 ?? refusal(400, 21452);
  const test = testRefusal(TEST_NUMBERS.buy, e164);
  if (test !== undefined) return refusal(400, test);
  if (!isDialable(e164)) return refusal(400, 21421);
  const isOnOffer =
    numberOf(world, e164) === undefined && (kind === undefined || offerOf(e164).kind === kind);
  return isOnOffer ? e164 : refusal(400, 21422);
}

function settingsOf(before: Readonly<Record<string, string>>, form: Form): Record<string, string> {
  const given = [...SETTINGS]
    .filter((name) => name in form)
    .map((name) => [name, formList(form, name)[0] ?? ""]);
  return { ...before, ...(Object.fromEntries(given) as Record<string, string>) };
}

/** A number moves between an account and those that are part of it. */
function refuseMove(world: World, { account, actor }: RestRequest, accountSid: string): RestAnswer | null {
  if (accountSid === account.accountSid) return null;
  const other = world.accounts.find(accountSid);
  if (!other || !mayActFor(actor, other)) return refusal(403, 20006);
  return other.status === "active" ? null : refusal(403, 20005);
}

function find({ numbers }: World, { params, account }: RestRequest): OwnedNumber | undefined {
  const number = numbers.get(params.sid ?? "");
  return number?.accountSid === account.accountSid ? number : undefined;
}

function fits({ e164, settings }: OwnedNumber, query: Form): boolean {
  const name = formText(query, "FriendlyName");
  const pattern = formText(query, "PhoneNumber");
  const origin = formText(query, "Origin");
  return (
    (name === undefined || name === settings.FriendlyName) &&
    (pattern === undefined || matches(e164, pattern)) &&
    (origin === undefined || origin === "twilio") &&
    formText(query, "Beta") !== "true"
  );
}

/** `*` stands for one digit; a part is enough. */
function matches(e164: string, pattern: string): boolean {
  const digits = [...pattern].map((sign) => (sign === "*" ? "\\d" : sign.replace(/[^0-9]/, "\\$&"))).join("");
  return new RegExp(digits).test(e164);
}

import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { oneOf } from "./call-recordings.ts";
import { rfc2822 } from "./dates.ts";
import { type Form, formText } from "./form.ts";
import { beginStream, endStream, type StreamKind } from "./live-streams.ts";
import { isCallbackUrl } from "./message-checks.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const MAX_PARAMETERS = 99;
const NUMBERED = Array.from({ length: MAX_PARAMETERS }, (_, index) => [
  `Parameter${index + 1}.Name`,
  `Parameter${index + 1}.Value`,
]).flat();
const PARAMETERS = new Set([
  ..."Url Name ConnectorName Track StatusCallback StatusCallbackMethod".split(" "),
  ...NUMBERED,
]);

/** `POST …/Calls/{sid}/Streams.json` or `…/Siprec.json` */
export function startStream(kind: StreamKind): (world: World, request: RestRequest) => RestAnswer {
  return function start(world, request) {
    const { form, params, account, path } = request;
    const refused = refuseStart(kind, form);
    if (refused) return refused;
    const session = world.calls.get(params.sid ?? "");
    if (session?.accountSid !== account.accountSid) return notFound(path);
    if (session.status !== "in-progress") return refusal(400, 21220);
    const entry = beginStream(world, session, {
      kind,
      name: formText(form, "Name") ?? "",
      target: formText(form, kind === "stream" ? "Url" : "ConnectorName") ?? "",
      track: formText(form, "Track") ?? "inbound_track",
      parameters: parametersOf(form),
      callback: callbackOf(form),
    });
    return answer(201, streamResource(entry));
  };
}

/** `POST …/Calls/{sid}/Streams/{stream}.json` with `Status=stopped`, by sid or name */
export function stopStream(world: World, request: RestRequest): RestAnswer {
  const { form, params, account, path } = request;
  const unknown = unknownParameters(form, new Set(["Status"]));
  if (unknown) return unknown;
  if (formText(form, "Status") !== "stopped") return refusal(400, 20422, "Status can only be stopped.");
  const session = world.calls.get(params.sid ?? "");
  if (session?.accountSid !== account.accountSid) return notFound(path);
  const entry = endStream(world, session, params.stream ?? "");
  return entry ? answer(200, streamResource(entry)) : notFound(path);
}

function refuseStart(kind: StreamKind, form: Form): RestAnswer | null {
  const unknown = unknownParameters(form, PARAMETERS);
  if (unknown) return unknown;
  if (kind === "stream" && !/^wss:\/\//i.test(formText(form, "Url") ?? ""))
    return refusal(400, 20422, "Url must be a wss:// address.");
  const callback = formText(form, "StatusCallback");
  if (callback !== undefined && !isCallbackUrl(callback)) return refusal(400, 21609);
  return oneOf(form, "Track", ["inbound_track", "outbound_track", "both_tracks"]);
}

function parametersOf(form: Form): Record<string, string> {
  const pairs = Array.from({ length: MAX_PARAMETERS }, (_, index) => [
    formText(form, `Parameter${index + 1}.Name`),
    formText(form, `Parameter${index + 1}.Value`) ?? "",
  ]);
  return Object.fromEntries(pairs.filter(([name]) => name !== undefined));
}

function callbackOf(form: Form) {
  const url = formText(form, "StatusCallback");
  return url === undefined ? null : { url, method: formText(form, "StatusCallbackMethod") ?? "POST" };
}

function streamResource({ ref, kind, status, details = {} }: LedgerEntry): JsonObject {
  const { accountSid = "", callSid = "", name = null, updatedAt = "" } = details;
  const part = kind === "siprec" ? "Siprec" : "Streams";
  return {
    sid: ref,
    account_sid: accountSid,
    call_sid: callSid,
    name,
    status: status ?? "in-progress",
    date_updated: rfc2822(String(updatedAt)),
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${callSid}/${part}/${ref}.json`,
  };
}

import { AppError, type JsonObject, type NumberCall } from "../../../engine/plugin-api.ts";
import { metaAppOf } from "../credentials.ts";
import { callGraph, type GraphCall, refusalOf } from "../graph.ts";
import { isObject, objectOf, parseJson, textOf } from "../wire/json.ts";

/**
 * Calls the Graph API about a number or an account and gives what it answers.
 * @throws AppError NUMBER_REFUSED, VENDOR_REFUSED, VENDOR_RATE_LIMITED, VENDOR_UNAVAILABLE
 */
export async function ask(
  { credential, fetch }: Pick<NumberCall, "credential" | "fetch">,
  call: GraphCall,
): Promise<JsonObject> {
  const answer = await callGraph(metaAppOf(credential), call, { fetch });
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer);
  const body = parseJson(answer.text);
  if (isObject(body)) return body;
  throw new AppError(
    "VENDOR_REFUSED",
    `Meta answered HTTP ${answer.status} with something that is no JSON.`,
    {
      vendor: "meta",
    },
  );
}

/** The account a call needs. @throws AppError INPUT_INVALID */
export function accountOf({ account }: Pick<NumberCall, "account">): string {
  if (account !== null) return encodeURIComponent(account);
  throw new AppError("INPUT_INVALID", "The WhatsApp account (WABA id) of this number is not known; name it.");
}

export function nodeOf({ providerId }: Pick<NumberCall, "providerId">): string {
  return encodeURIComponent(providerId);
}

/** Where the next page of a list begins; null on the last. */
export function nextPage({ paging }: JsonObject): string | null {
  const { next, cursors } = objectOf(paging);
  return next === undefined ? null : textOf(objectOf(cursors).after);
}

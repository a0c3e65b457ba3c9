import {
  AppError,
  type JsonObject,
  type NumberCall,
  type NumberLifecycle,
  type VendorAccount,
} from "../../../engine/plugin-api.ts";
import { objectsOf, textOf } from "../wire/json.ts";
import { accountOf, ask, nextPage, nodeOf } from "./graph-node.ts";

type AccountCall = Omit<NumberCall, "providerId">;

/** The WABA itself: that our token may see it, and what it is called. */
export async function account(call: AccountCall): Promise<VendorAccount> {
  const ref = accountOf(call);
  const body = await ask(call, {
    method: "GET",
    path: ref,
    query: { fields: "id,name,timezone_id,currency" },
  });
  const { id: _id, name, currency, ...state } = body;
  return { ref: call.account ?? "", name: textOf(name), currency: textOf(currency), state };
}

export async function add(
  call: AccountCall,
  { countryCode, national, name }: Parameters<NumberLifecycle["add"]>[1],
): Promise<{ readonly providerId: string }> {
  const body = { cc: countryCode, phone_number: national, verified_name: name };
  const answer = await ask(call, { method: "POST", path: `${accountOf(call)}/phone_numbers`, body });
  const providerId = textOf(answer.id);
  if (providerId === null)
    throw new AppError("VENDOR_REFUSED", "Meta took the number and named no id for it.", { vendor: "meta" });
  return { providerId };
}

const MOST_PAGES = 50;

/** Whether the number is one of the account's. */
export async function holds(call: NumberCall): Promise<boolean> {
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query: Record<string, string> = { fields: "id", ...(after === null ? {} : { after }) };
    const answer = await ask(call, { method: "GET", path: `${accountOf(call)}/phone_numbers`, query });
    if (objectsOf(answer.data).some(({ id }) => id === call.providerId)) return true;
    after = nextPage(answer);
    if (after === null) return false;
  }
  return false;
}

// One that is verified already needs no code.
const ALREADY_VERIFIED = "136024";

export async function requestCode(
  call: NumberCall,
  { method, language }: Parameters<NumberLifecycle["requestCode"]>[1],
): Promise<{ readonly verified: boolean }> {
  try {
    await post(call, "request_code", { code_method: method.toUpperCase(), language });
    return { verified: false };
  } catch (error) {
    if (error instanceof AppError && error.details.vendorCode === ALREADY_VERIFIED) return { verified: true };
    throw error;
  }
}

export async function verifyCode(call: NumberCall, code: string): Promise<void> {
  await post(call, "verify_code", { code });
}

/** With the two-step PIN; a number that had none has this one from now on. */
export async function register(call: NumberCall, pin: string): Promise<void> {
  await post(call, "register", { messaging_product: "whatsapp", pin });
}

export async function deregister(call: NumberCall): Promise<void> {
  await post(call, "deregister", {});
}

/** Without a callback of its own the account reports to the app's address, and forgets one it had. */
export async function subscribe(
  call: NumberCall,
  callback: { readonly url: string; readonly verifyToken: string } | null,
): Promise<void> {
  const override = callback && { override_callback_uri: callback.url, verify_token: callback.verifyToken };
  const path = `${accountOf(call)}/subscribed_apps`;
  await ask(call, { method: "POST", path, ...(override ? { body: override } : {}) });
}

async function post(call: NumberCall, action: string, body: JsonObject): Promise<void> {
  await ask(call, { method: "POST", path: `${nodeOf(call)}/${action}`, body });
}

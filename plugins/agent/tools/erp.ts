import { AppError, type GuardedFetch, type JsonObject } from "../../../engine/plugin-api.ts";

/** What a business system answers: found, not there (with its words), or nothing that can be used. */
export type ErpAnswer =
  | { readonly kind: "found"; readonly data: JsonObject }
  | { readonly kind: "missing"; readonly data: JsonObject }
  | { readonly kind: "silent" };

/** What the tools need of a business system. `key` is the same for the same wish: it is fulfilled once. */
export interface ErpConnector {
  availability(wish: JsonObject): Promise<ErpAnswer>;
  reserve(wish: JsonObject, key: string): Promise<ErpAnswer>;
  order(number: string): Promise<ErpAnswer>;
  placeOrder(wish: JsonObject, key: string): Promise<ErpAnswer>;
  appoint(wish: JsonObject, key: string): Promise<ErpAnswer>;
  hours(wish: JsonObject): Promise<ErpAnswer>;
  balance(phone: string): Promise<ErpAnswer>;
}

export interface ErpAccount {
  readonly baseUrl: string;
  readonly apiKey: string;
}

const TIMEOUT_MS = 6_000;
const MOST_BYTES = 64 * 1024;

/** Over HTTP, with JSON: GET to look, POST with an Idempotency-Key to write. What stays silent is asked twice. */
export function httpErp(send: GuardedFetch, { baseUrl, apiKey }: ErpAccount): ErpConnector {
  const ask = async (path: string, init: Parameters<GuardedFetch>[1]): Promise<ErpAnswer> => {
    const headers = { authorization: `Bearer ${apiKey}`, accept: "application/json", ...init?.headers };
    const options = { timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES, ...init, headers };
    const first = await answerOf(send, `${baseUrl}${path}`, options);
    return first.kind === "silent" ? answerOf(send, `${baseUrl}${path}`, options) : first;
  };
  const look = (path: string, wish: JsonObject = {}) => ask(`${path}${queryOf(wish)}`, {});
  const write = (path: string, wish: JsonObject, key: string) =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(wish),
    });
  return {
    availability: (wish) => look("/availability", wish),
    reserve: (wish, key) => write("/reservations", wish, key),
    order: (number) => look(`/orders/${encodeURIComponent(number)}`),
    placeOrder: (wish, key) => write("/orders", wish, key),
    appoint: (wish, key) => write("/appointments", wish, key),
    hours: (wish) => look("/hours", wish),
    balance: (telefono) => look("/balance", { telefono }),
  };
}

async function answerOf(
  send: GuardedFetch,
  url: string,
  init: NonNullable<Parameters<GuardedFetch>[1]>,
): Promise<ErpAnswer> {
  try {
    const { status, text } = await send(url, init);
    const data = parsed(text);
    if (status >= 500 || status === 429 || status === 401 || status === 403 || data === null)
      return { kind: "silent" };
    return { kind: status < 300 ? "found" : "missing", data };
  } catch (error) {
    if (error instanceof AppError) return { kind: "silent" };
    throw error;
  }
}

function queryOf(wish: JsonObject): string {
  const pairs = Object.entries(wish).flatMap(([name, value]) =>
    value === null || value === "" ? [] : [[name, String(value)] as [string, string]],
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { Account } from "./accounts.ts";
import type { CallbackManner } from "./callbacks.ts";
import { errorText } from "./error-texts.ts";
import type { Form } from "./form.ts";

/** A request of the REST API that named a known account. */
export interface RestRequest {
  /** The account it is about: that of the path, else the one that asks. */
  readonly account: Account;
  /** The account that asks. */
  readonly actor: Account;
  readonly path: string;
  readonly query: Form;
  readonly form: Form;
  /** The body of newer products; null when it is no JSON object. */
  readonly json: JsonObject | null;
  /** The named parts of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  /** How the callbacks this request leads to are to behave. */
  readonly manner: CallbackManner;
}

export interface RestAnswer {
  readonly status: number;
  /** Null: no body at all. */
  readonly body: JsonObject | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export function answer(status: number, body: JsonObject | null): RestAnswer {
  return { status, body };
}

/** Twilio's error envelope; `message` defaults to the dictionary's text for the code. */
export function refusal(status: number, code: number, message = errorText(code)): RestAnswer {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return { status, body: { code, message, more_info, status } };
}

/** 404/20404 as Twilio words it. */
export function notFound(path: string): RestAnswer {
  return refusal(404, 20404, `The requested resource ${path} was not found`);
}

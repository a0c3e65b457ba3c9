import type { World } from "./crash-stage.ts";
import { twilioRequest } from "./twilio-request.ts";
import { until } from "./until.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends the same until somebody answers, as a vendor or a careful client does; then once more, and expects the same. */
export async function untilAnswered(what: string, send: () => Promise<Answer>): Promise<Answer> {
  const answer = await until(`an answer to ${what}`, () => tryOnce(send));
  const again = await until(`a second answer to ${what}`, () => tryOnce(send));
  if (again.body === answer.body) return answer;
  throw new Error(`${what}, sent again, was answered with ${again.body} instead of ${answer.body}`);
}

/** Null where nobody answered, or asked for patience. */
async function tryOnce(send: () => Promise<Answer>): Promise<Answer | null> {
  const answer = await send().catch(() => null);
  return answer && answer.status < 500 ? answer : null;
}

/** One request of a call, signed; where the caller is put on hold, the answer that follows. */
export function callRequest(
  world: World,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<Answer> {
  return untilAnswered(`${path} ${form.Digits ?? form.DialCallStatus ?? form.CallStatus ?? ""}`, async () => {
    const answer = await twilioRequest(world, path, form);
    const later = HELD.exec(answer.body)?.[1];
    return later ? afterHold(world, new URL(later), form.CallSid ?? "") : answer;
  });
}

const HELD =
  /^<\?xml[^>]*\?><Response><Pause length="1"\/><Redirect method="POST">([^<]+)<\/Redirect><\/Response>$/;

function afterHold(world: World, { pathname, search }: URL, sid: string): Promise<Answer> {
  return until("the end of the hold", async () => {
    const answer = await tryOnce(() => twilioRequest(world, pathname + search, { CallSid: sid }));
    return answer && !HELD.test(answer.body) ? answer : null;
  });
}

/** Where the answer to a call asks to be called next. */
export function actionOf(twiml: string): string {
  const action = /action="([^"]+)"/.exec(twiml)?.[1];
  if (!action) throw new Error(`no action in ${twiml}`);
  return new URL(action).pathname;
}

/** A request to the API, sent again under the same idempotency key. */
export function apiRequest(
  world: World & { readonly apiKey: string },
  path: string,
  body: object = {},
  idempotencyKey?: string,
): Promise<Answer> {
  const send = async () => {
    const response = await fetch(`${world.url}/api/v1${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${world.apiKey}`,
        "content-type": "application/json",
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.text() };
  };
  return until(`an answer to ${path}`, () => tryOnce(send));
}

import { expectedSignature } from "../../plugins/twilio/signature.ts";
import type { TestEngine } from "./build-engine.ts";

type Form = Readonly<Record<string, string>>;
interface Signer {
  readonly accountSid: string;
  readonly authToken: string;
}

/** A request as Twilio would make it: a form, signed by the account (default: the operator's) over `path`. */
export async function twilioRequest(
  engine: Pick<TestEngine, "url" | "twilio">,
  path: string,
  form: Form,
  signer: Signer | undefined = engine.twilio.accounts()[0],
): Promise<{ readonly status: number; readonly body: string }> {
  const url = engine.url + path;
  const params = { AccountSid: signer?.accountSid ?? "", ...form };
  const response = await fetch(url, {
    method: "POST",
    headers: { "x-twilio-signature": expectedSignature(signer?.authToken ?? "", url, params) },
    body: new URLSearchParams(params),
  });
  return { status: response.status, body: await response.text() };
}

/** The parameters of a call that comes in. */
export function callForm(sid: string, from: string, to: string): Form {
  return {
    CallSid: sid,
    From: from,
    To: to,
    CallStatus: "ringing",
    Direction: "inbound",
    ApiVersion: "2010-04-01",
  };
}

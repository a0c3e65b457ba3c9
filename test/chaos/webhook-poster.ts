import { Agent, request } from "undici";
import { expectedSignature } from "../../plugins/twilio/signature.ts";
import { TWILIO } from "./vendors.ts";

/** Requests to the engine from outside. A status of 0: nobody answered. */
export interface WebhookPoster {
  /** An SMS of this id, signed as Twilio does it, or by somebody who has not the token. */
  sms(message: SmsDraft, token?: string): Promise<number>;
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<number>;
  close(): Promise<void>;
}

export interface SmsDraft {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

const PATIENCE_MS = 15_000;

/** `connections`: at most so many at once; absent: as many as there are requests. */
export function createWebhookPoster(publicUrl: string, connections?: number): WebhookPoster {
  const agent = new Agent({ ...(connections === undefined ? {} : { connections }) });
  const post: WebhookPoster["post"] = async (path, headers, body) => {
    try {
      const answer = await request(publicUrl + path, {
        method: "POST",
        headers,
        body,
        dispatcher: agent,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      return 0;
    }
  };
  return {
    post,
    sms(message, token = TWILIO.authToken) {
      const params = smsParams(message);
      return postForm(post, publicUrl, "/hooks/twilio/messages", params, token);
    },
    close: () => agent.destroy(),
  };
}

/** A form signed with a token: Twilio's, or a forger's. */
export function postForm(
  post: WebhookPoster["post"],
  publicUrl: string,
  path: string,
  params: Readonly<Record<string, string>>,
  token: string,
): Promise<number> {
  const headers = {
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    "x-twilio-signature": expectedSignature(token, publicUrl + path, params),
  };
  return post(path, headers, new URLSearchParams(params).toString());
}

function smsParams({ sid, from, to, body }: SmsDraft): Record<string, string> {
  return {
    AccountSid: TWILIO.accountSid,
    ApiVersion: "2010-04-01",
    MessageSid: sid,
    SmsSid: sid,
    SmsMessageSid: sid,
    From: from,
    To: to,
    Body: body,
    NumMedia: "0",
    NumSegments: "1",
    SmsStatus: "received",
  };
}

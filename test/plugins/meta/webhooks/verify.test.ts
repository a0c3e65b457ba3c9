import { describe, expect, test } from "vitest";
import webhook from "../../../../plugins/meta/webhooks/meta.ts";
import { signatureOf } from "../../../../plugins/meta/wire/signature.ts";
import { requestOf, servicesWith } from "../support/meta-webhook.ts";

const BODY = '{"object":"whatsapp_business_account","entry":[]}';
const services = servicesWith(
  { appSecret: "one", verifyToken: "first" },
  { appSecret: "new", previousAppSecret: "old", verifyToken: "second" },
);

describe("the handshake", () => {
  const ask = (query: Record<string, string | string[]>) =>
    webhook.verify(requestOf({ method: "GET", query }), services);

  test.each(["first", "second"])("gives the challenge back for the token of any app (%s)", async (token) => {
    const answer = await ask({
      "hub.mode": "subscribe",
      "hub.verify_token": token,
      "hub.challenge": "1234567890",
    });
    expect(answer).toEqual({
      handshake: {
        status: 200,
        headers: expect.objectContaining({ "content-type": "text/plain; charset=utf-8" }),
        body: "1234567890",
      },
    });
  });

  test.each([
    { "hub.mode": "subscribe", "hub.verify_token": "third", "hub.challenge": "1" },
    { "hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1" },
    { "hub.mode": "unsubscribe", "hub.verify_token": "first", "hub.challenge": "1" },
    { "hub.mode": "subscribe", "hub.verify_token": "first" },
    { "hub.mode": "subscribe", "hub.verify_token": ["first", "first"], "hub.challenge": "1" },
    {},
  ])("refuses %j", async (query) =>
    expect(await ask(query as Record<string, string>)).toEqual({ ok: false }),
  );

  test("an app without a verify token lets nobody in", async () => {
    const query = { "hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1" };
    expect(
      await webhook.verify(requestOf({ method: "GET", query }), servicesWith({ verifyToken: "" })),
    ).toEqual({ ok: false });
  });
});

describe("the signature of a webhook", () => {
  const post = (header: string | undefined, known = services) =>
    webhook.verify(
      requestOf({ body: BODY, headers: header === undefined ? {} : { "x-hub-signature-256": header } }),
      known,
    );

  test.each(["one", "new", "old"])("is believed when the secret %s made it", async (secret) =>
    expect(await post(signatureOf(secret, BODY))).toEqual({ ok: true }),
  );

  test("is not believed from a stranger", async () =>
    expect(await post(signatureOf("guess", BODY))).toEqual({ ok: false }));
  test("must be there", async () => expect(await post(undefined)).toEqual({ ok: false }));
  test("an app without a secret lets nobody in", async () =>
    expect(await post(signatureOf("", BODY), servicesWith({ appSecret: "" }, {}))).toEqual({ ok: false }));
});

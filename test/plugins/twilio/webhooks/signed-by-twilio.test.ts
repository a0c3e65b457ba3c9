import { expect, test } from "vitest";
import plugin from "../../../../plugins/twilio/plugin.ts";
import { services, twilioRequest } from "./requests.ts";

const webhooks = (plugin.webhooks ?? []).map((webhook) => [webhook.path, webhook] as const);
const query = "?s=good&text=Hola";
const params = { effectId: "eff_1", stepKey: "run_1:n:1" };
const call = { CallSid: "CA1", From: "+573001112233", To: "+576011112222" };

test("there are these", () => {
  expect(webhooks.map(([path]) => path)).toEqual([
    "twilio/voice",
    "twilio/voice/step/:stepKey",
    "twilio/voice/outbound/:stepKey",
    "twilio/voice/greeting/:stepKey",
    "twilio/voice/machine/:stepKey",
    "twilio/voice/recorded/:stepKey",
    "twilio/voice/transcript/:stepKey",
    "twilio/voice/live-transcript/:stepKey",
    "twilio/voice/return/:stepKey",
    "twilio/voice/status",
    "twilio/voice/whisper/:stepKey",
    "twilio/voice/accept/:stepKey",
    "twilio/voice/leg/:stepKey",
    "twilio/voice/queue-wait/:stepKey",
    "twilio/voice/queue-key/:stepKey",
    "twilio/voice/wait-music/:stepKey",
    "twilio/messages",
    "twilio/status/:effectId",
    "twilio/status",
  ]);
});

test.each(webhooks)("%s believes Twilio, with either token", async (path, webhook) => {
  for (const token of ["the-auth-token", "the-previous-token"]) {
    const verdict = await webhook.verify(twilioRequest(path + query, call, { params, token }), services);
    expect(verdict).not.toEqual({ ok: false });
  }
});

test.each(webhooks)(
  "%s refuses another token, another account, a changed field, no signature",
  async (path, webhook) => {
    const good = twilioRequest(path + query, call, { params });
    const refused = [
      twilioRequest(path + query, call, { params, token: "wrong" }),
      twilioRequest(path + query, { ...call, AccountSid: "AC00000000000000000000000000000002" }, { params }),
      { ...good, form: { ...good.form, From: "+573009999999" } },
      { ...good, headers: {} },
      { ...good, url: `${good.url}x` },
    ];
    for (const request of refused) expect(await webhook.verify(request, services)).toEqual({ ok: false });
  },
);

test("a status must be about an effect of ours", async () => {
  const status = (plugin.webhooks ?? []).find(({ path }) => path.startsWith("twilio/status/"));
  const verdict = (search: string, effectId: string) =>
    status?.verify(
      twilioRequest(`twilio/status/${effectId}${search}`, call, { params: { effectId } }),
      services,
    );
  expect(await verdict("?s=good", "eff_1")).toEqual({ ok: true });
  expect(await verdict("?s=bad", "eff_1")).toEqual({ ok: false });
  expect(await verdict("?s=good", "eff_2")).toEqual({ ok: false });
  expect(await verdict("", "eff_1")).toEqual({ ok: false });
});

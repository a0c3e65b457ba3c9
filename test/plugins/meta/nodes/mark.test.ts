import { describe, expect, test } from "vitest";
import type { FetchInit } from "../../../../engine/plugin-api.ts";
import { contextData, runNode } from "../../../../engine/plugin-testing/node-context.ts";
import markRead from "../../../../plugins/meta/nodes/mark-read.ts";
import typing from "../../../../plugins/meta/nodes/typing.ts";
import { APP } from "../support/outbound.ts";

const sender = { numberId: "num_1", e164: "+15550001111", provider: "meta", providerId: "100000000000001" };

/** Runs a node against one recorded answer of Meta. */
async function marking(
  node: typeof markRead | typeof typing,
  answer: { status: number; json: object },
  messageId = "wamid.IN",
) {
  const asked: { url: string; init: FetchInit }[] = [];
  const data = contextData({ credentials: { "meta.app": APP }, senders: [sender] });
  const result = await runNode(
    node,
    { messageId },
    {
      data,
      fetch: async (url, init = {}) => {
        asked.push({ url, init });
        return { status: answer.status, headers: {}, text: JSON.stringify(answer.json) };
      },
    },
  );
  return { result, asked };
}

const DONE = { status: 200, json: { success: true } };

describe.each([
  ["meta.mark-read", markRead, {}],
  ["meta.typing", typing, { typing_indicator: { type: "text" } }],
] as const)("%s", (_type, node, more) => {
  test("tells Meta from the number the message came to", async () => {
    const { result, asked } = await marking(node, DONE);
    expect(result).toMatchObject({ kind: "next", port: "next", output: { messageId: "wamid.IN" } });
    expect(asked.map(({ url }) => url)).toEqual([
      "https://graph.facebook.com/v26.0/100000000000001/messages",
    ]);
    expect(asked[0]?.init).toMatchObject({
      method: "POST",
      headers: { authorization: `Bearer ${APP.accessToken}` },
    });
    expect(JSON.parse(String(asked[0]?.init.body))).toEqual({
      messaging_product: "whatsapp",
      status: "read",
      message_id: "wamid.IN",
      ...more,
    });
  });

  test.each([
    [400, 131009, "VENDOR_REFUSED", false],
    [429, 130429, "VENDOR_RATE_LIMITED", true],
    [500, 131016, "VENDOR_UNAVAILABLE", true],
    [401, 190, "VENDOR_REFUSED", false],
  ])("HTTP %i with code %i is %s", async (status, code, expected, retryable) => {
    const json = { error: { message: "x", type: "OAuthException", code, fbtrace_id: "A" } };
    await expect(marking(node, { status, json })).rejects.toMatchObject({ code: expected, retryable });
  });

  test("needs a message of WhatsApp", async () => {
    await expect(marking(node, DONE, "SM123")).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  });
});

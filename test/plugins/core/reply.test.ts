import { describe, expect, test } from "vitest";
import type { Json } from "../../../engine/plugin-api.ts";
import { runNode } from "../../../engine/plugin-testing/node-context.ts";
import reply from "../../../plugins/core/nodes/reply.ts";

const JSON_TYPE = "application/json; charset=utf-8";
const TEXT_TYPE = "text/plain; charset=utf-8";

describe("core.reply", () => {
  test.each<[object, Json]>([
    [{}, { status: 200, headers: {}, body: "" }],
    [
      { status: 201, json: { ok: true } },
      { status: 201, headers: { "content-type": JSON_TYPE }, body: '{"ok":true}' },
    ],
    [{ json: "x" }, { status: 200, headers: { "content-type": JSON_TYPE }, body: '"x"' }],
    [{ body: "hola" }, { status: 200, headers: { "content-type": TEXT_TYPE }, body: "hola" }],
    [
      { body: "<a/>", headers: { "Content-Type": "text/xml", "X-Id": "7" } },
      { status: 200, headers: { "content-type": "text/xml", "x-id": "7" }, body: "<a/>" },
    ],
  ])("%j answers %j", async (params, part) => {
    expect(await runNode(reply, { ...params })).toMatchObject({ kind: "next", port: "next", reply: [part] });
  });

  test("a text and a JSON body exclude each other", async () => {
    await expect(runNode(reply, { body: "a", json: 1 })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  });

  test("a header cannot smuggle in another", async () => {
    await expect(runNode(reply, { headers: { "x-id": "1\r\nset-cookie: a=b" } })).rejects.toThrow(
      /do not fit/,
    );
  });
});

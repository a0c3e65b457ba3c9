import { describe, expect, test } from "vitest";
import type { FetchAnswer, MessageDraft } from "../../../engine/plugin-api.ts";
import { filesOf } from "../../../engine/runtime/outbound-files.ts";
import meta from "../../../plugins/meta/channels/whatsapp.ts";
import sms from "../../../plugins/twilio/channels/sms.ts";

const NOW = new Date("2026-11-21T15:00:00Z");
let asked = 0;

/** What the engine finds at these addresses. */
function runtime(answers: Readonly<Record<string, Partial<FetchAnswer>>>) {
  const fetch = async (url: string, init?: { readonly method?: string }) => {
    asked += 1;
    expect(init?.method).toBe("HEAD");
    const answer = answers[url];
    if (!answer) throw new Error("unreachable");
    return { status: 200, headers: {}, text: "", ...answer };
  };
  return { fetch } as unknown as Parameters<typeof filesOf>[0];
}

function draft(media: readonly string[], template?: MessageDraft["template"]): MessageDraft {
  return { to: "+573001234567", purpose: "service", media, ...(template ? { template } : {}) };
}

const lengthOf = (type: string, bytes: number) => ({
  headers: { "content-type": type, "content-length": String(bytes) },
});

describe("[L10] a file is held against what the channel carries before anything is held", () => {
  test("an address says of itself what it is, and is asked once", async () => {
    asked = 0;
    const here = runtime({ "https://x.test/1": lengthOf("image/png; a=b", 1000) });
    const files = await filesOf(here, {
      tenantId: "ten_1",
      adapter: meta,
      draft: draft(["https://x.test/1"]),
      now: NOW,
    });
    expect(files).toMatchObject({
      files: [{ url: "https://x.test/1", kind: "image", type: "image/png", bytes: 1000 }],
    });
    await filesOf(here, { tenantId: "ten_1", adapter: meta, draft: draft(["https://x.test/1"]), now: NOW });
    expect(asked).toBe(1);
  });

  test("one that cannot be asked goes by its name: the vendor may reach it", async () => {
    const files = await filesOf(runtime({}), {
      tenantId: "ten_1",
      adapter: meta,
      draft: draft(["https://inner.test/men%C3%BA.pdf"]),
      now: NOW,
    });
    expect(files).toMatchObject({
      files: [{ kind: "document", type: "application/pdf", name: "menú.pdf", bytes: null }],
    });
  });

  test.each([
    ["too large a picture", meta, ["https://x.test/big"], "media_too_large"],
    ["a file that is gone", meta, ["https://x.test/gone"], "media_not_there"],
    ["two files", meta, ["https://x.test/1", "https://x.test/2"], "too_many_files"],
    ["too large a document for MMS", sms, ["https://x.test/mms"], "media_too_large"],
    ["no address", meta, ["ftp://x.test/a"], "media_address"],
  ] as const)("%s is refused in words", async (_what, channel, media, code) => {
    const here = runtime({
      "https://x.test/big": lengthOf("image/jpeg", 6_000_000),
      "https://x.test/gone": { status: 404 },
      "https://x.test/mms": lengthOf("application/pdf", 600_000),
    });
    expect(
      await filesOf(here, { tenantId: "ten_1", adapter: channel, draft: draft(media), now: NOW }),
    ).toMatchObject({ code });
  });
});

describe("what stands above a template's words", () => {
  const base = { key: "k", locale: "es", text: "", values: {}, variables: [], vendors: {} };
  const picture = {
    ...base,
    content: { body: "x", header: { type: "image", sample: "https://x.test/s.png" } },
  } as const;
  const place = { ...base, content: { body: "x", header: { type: "location" } } } as const;
  const headerOf = (template: MessageDraft["template"]) =>
    filesOf(runtime({}), { tenantId: "ten_1", adapter: meta, draft: draft([], template), now: NOW });

  test("the file that is given, else the sample", async () => {
    expect(await headerOf(picture)).toMatchObject({
      headerFile: { url: "https://x.test/s.png", kind: "image" },
    });
    const other = { ...picture, header: { file: "https://x.test/o.jpg" } };
    expect(await headerOf(other)).toMatchObject({ headerFile: { url: "https://x.test/o.jpg" } });
  });

  test("a PDF for a picture, a missing place, a file for a template without header", async () => {
    expect(await headerOf({ ...picture, header: { file: "https://x.test/o.pdf" } })).toMatchObject({
      code: "media_type",
    });
    expect(await headerOf(place)).toMatchObject({ code: "header_missing" });
    const none = { ...base, content: { body: "x" }, header: { file: "https://x.test/o.png" } };
    expect(await headerOf(none)).toMatchObject({ code: "header_unexpected" });
  });
});

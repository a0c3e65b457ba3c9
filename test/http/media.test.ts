import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchDueFiles } from "../../engine/runtime/inbound-files.ts";
import { pruneMedia } from "../../engine/store/media.ts";
import { inspect } from "../support/database.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(2_500_000, 7)]);
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

function upload(bytes: Buffer, type: string, name = "foto.png") {
  const raw = new Uint8Array(bytes);
  return api.call("POST", `/api/v1/media?name=${name}`, { raw, headers: { "content-type": type } });
}

describe("a file", () => {
  test("is stored, described, and given to whoever has its address", async () => {
    const stored = await upload(PNG, "image/png");
    expect(stored.status, stored.text).toBe(201);
    const { id, url } = stored.body;
    expect(stored.body).toMatchObject({
      type: "image/png",
      size: PNG.length,
      sha256: sha256(PNG),
      name: "foto.png",
      state: "stored",
    });
    expect((await api.call("GET", `/api/v1/media/${id}`)).body).toMatchObject({ id, url });
    const got = await fetch(url);
    expect(sha256(Buffer.from(await got.arrayBuffer()))).toBe(sha256(PNG));
    expect(Object.fromEntries(got.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(PNG.length),
      "content-disposition": "inline; filename*=UTF-8''foto.png",
      "x-content-type-options": "nosniff",
    });
  });

  test("[L8] with the same contents is stored once", async () => {
    await upload(PNG, "image/png", "otra.png");
    const parts = await inspect(
      api.engine.connection,
      "select part, length(data) as length from media_parts where sha256 = $1 order by part",
      [sha256(PNG)],
    );
    expect(parts).toEqual([
      { part: 0, length: 1_048_576 },
      { part: 1, length: 1_048_576 },
      { part: 2, length: PNG.length - 2 * 1_048_576 },
    ]);
  });

  test.each([
    ["a lie about its type", Buffer.from("<html>"), "image/png", "MEDIA_INVALID"],
    ["nothing", Buffer.alloc(0), "image/png", "MEDIA_INVALID"],
    ["no type", Buffer.from("x"), "", "MEDIA_INVALID"],
    ["too much", Buffer.alloc(16 * 1024 * 1024 + 1), "application/pdf", "BODY_TOO_LARGE"],
  ])("%s is refused", async (_what, bytes, type, code) => {
    expect((await upload(bytes, type)).body.error.code).toBe(code);
  });

  test("that a browser might run is saved, not shown", async () => {
    const stored = await upload(Buffer.from("<script>"), "text/html", "a.html");
    const got = await fetch(stored.body.url);
    expect(got.headers.get("content-disposition")).toContain("attachment");
    expect(got.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("[L9] needs a signature that holds and a time that is not over", async () => {
    const { url, id } = (await upload(Buffer.from("hola"), "text/plain")).body;
    const forged = new URL(url);
    forged.searchParams.set("e", String(Number(forged.searchParams.get("e")) + 1));
    expect(await (await fetch(forged)).json()).toMatchObject({ error: { code: "SIGNATURE_INVALID" } });
    const past = 1_700_000_000;
    const { keys, settings } = api.engine.app.runtime;
    const old = `${settings.publicUrl}/media/${id}?e=${past}&s=${keys.sign("media", `${id}.${past}`)}`;
    expect(await (await fetch(old)).json()).toMatchObject({ error: { code: "MEDIA_EXPIRED" } });
  });

  test("is another tenant's business only", async () => {
    const { id } = (await upload(Buffer.from("mío"), "text/plain")).body;
    const { call } = await api.otherTenant();
    expect((await call("GET", `/api/v1/media/${id}`)).body.error.code).toBe("MEDIA_MISSING");
    const reader = await api.withScopes(["media:read"]);
    expect((await reader("POST", "/api/v1/media", { raw: "x" })).body.error.code).toBe("SCOPE_MISSING");
  });

  test("[L8] past its time is gone, with contents nobody else has", async () => {
    const kept = (await upload(Buffer.from("los dos"), "text/plain")).body;
    const gone = (await upload(Buffer.from("los dos"), "text/plain")).body;
    const alone = (await upload(Buffer.from("solo uno"), "text/plain")).body;
    const expire = "update media_files set expires_at = now() - interval '1 s' where id = any ($1)";
    await inspect(api.engine.connection, expire, [[gone.id, alone.id]]);
    expect(await (await fetch(gone.url)).json()).toMatchObject({ error: { code: "MEDIA_MISSING" } });
    expect(await pruneMedia(api.engine.app.db, 100)).toBe(2);
    const left = await inspect(
      api.engine.connection,
      "select distinct sha256 from media_parts where sha256 = any ($1)",
      [[kept.sha256, alone.sha256]],
    );
    expect(left).toEqual([{ sha256: kept.sha256 }]);
    expect(await (await fetch(kept.url)).text()).toBe("los dos");
  });
});

describe("[L7] files that came with a message", () => {
  const file = { bytes: Buffer.from("89504e470d0a1a0a0011", "hex"), type: "image/png", name: "foto.png" };
  const numbers = { twilio: "+576015550100", meta: "+573005550199" };

  const rows = () =>
    inspect<{ id: string; state: string; reason: string | null; media: string[] }>(
      api.engine.connection,
      `select f.id, f.state, f.reason, m.media from messages m left join media_files f on f.id = m.media ->> 0
       where m.direction = 'inbound' order by m.id desc limit 1`,
    );

  test("of Twilio are here when the message is on record, under ids of ours", async () => {
    await api.engine.twilio.receiveMessage({
      from: "+573001290001",
      to: numbers.twilio,
      channel: "whatsapp",
      body: "",
      files: [file],
    });
    const [row] = await rows();
    expect(row).toMatchObject({ state: "stored", media: [row?.id] });
    const { url } = (await api.call("GET", `/api/v1/media/${row?.id}`)).body;
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(file.bytes);
  });

  test("of Meta too; the same message again is the same file", async () => {
    const id = api.engine.meta.keepFile(file);
    const count = async () =>
      (
        await inspect(
          api.engine.connection,
          "select id from media_files where source ->> 'provider' = 'meta'",
        )
      ).length;
    const message = {
      ref: "wamid.SAME",
      from: "+573001290002",
      phoneNumberId: "100000000000001",
      displayPhoneNumber: numbers.meta,
      media: { type: "image", mimeType: "image/png", id, caption: "Mira" },
    } as const;
    await api.engine.meta.receiveMessage(message);
    expect(await rows()).toMatchObject([{ state: "stored" }]);
    await api.engine.meta.receiveMessage(message);
    expect(await count()).toBe(1);
  });

  test("that cannot be got at once are fetched by whoever finds them due; the message is not held up", async () => {
    const missing = `${api.engine.twilio.url}/2010-04-01/Accounts/AC${"d".repeat(32)}/Messages/MM1/Media/ME${"0".repeat(32)}`;
    await api.engine.twilio.receiveMessage({
      from: "+573001290003",
      to: numbers.twilio,
      body: "",
      mediaUrls: [missing],
    });
    const [row] = await rows();
    expect(row).toMatchObject({ state: "pending", reason: expect.stringContaining("404") });
    const { url } = (await api.call("GET", `/api/v1/media/${row?.id}`)).body;
    expect(await (await fetch(url)).json()).toMatchObject({ error: { code: "MEDIA_PENDING" } });
    // By now Twilio has it.
    await api.engine.twilio.receiveMessage({
      from: "+573001290004",
      to: numbers.twilio,
      body: "",
      files: [file],
    });
    const [later] = await inspect<{ source: { what: { url: string } } }>(
      api.engine.connection,
      "select source from media_files where state = 'stored' and source is not null order by created_at desc limit 1",
    );
    const source = { provider: "twilio", what: later?.source.what };
    await inspect(api.engine.connection, "update media_files set source = $2, due_at = now() where id = $1", [
      row?.id,
      JSON.stringify(source),
    ]);
    await fetchDueFiles(api.engine.app.runtime);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(file.bytes);
  });

  test("that no vendor ever gives are given up, with the reason", async () => {
    const [row] = await inspect<{ id: string }>(
      api.engine.connection,
      "select id from media_files where state = 'stored' and source is not null limit 1",
    );
    const broken =
      "update media_files set state = 'pending', sha256 = null, bytes = null, tries = 8, due_at = now(), source = $2 where id = $1";
    const source = { provider: "twilio", what: { url: `${api.engine.twilio.url}/nothing` } };
    await inspect(api.engine.connection, broken, [row?.id, JSON.stringify(source)]);
    await fetchDueFiles(api.engine.app.runtime);
    expect((await api.call("GET", `/api/v1/media/${row?.id}`)).body).toMatchObject({ state: "failed" });
  });

  test("are in the trigger with address, type, size and hash", async () => {
    const key = "archivo-recibido";
    const node = (id: string, type: string, params: object, x: number) => ({
      id,
      type,
      version: 1,
      position: { x, y: 0 },
      data: { label: id, params },
    });
    const flow = {
      schemaVersion: 1,
      key,
      name: "Archivo",
      description: "",
      settings: { locale: "es" },
      nodes: [
        node("mensaje", "twilio.incoming-message", {}, 0),
        node(
          "guardar",
          "data.put",
          { table: "archivos", key: "ultimo", value: "{{ trigger.message.media[0] }}" },
          200,
        ),
      ],
      edges: [{ id: "a", source: "mensaje", sourceHandle: "next", target: "guardar" }],
    };
    await api.engine.publish(flow as never, { number: numbers.twilio, channel: "messages" });
    await api.engine.twilio.receiveMessage({
      from: "+573001290005",
      to: numbers.twilio,
      body: "",
      files: [file],
    });
    const got = await until("the flow", async () => {
      const item = await api.call("GET", "/api/v1/data/archivos/ultimo");
      return item.status === 200 ? item.body.value : null;
    });
    expect(got).toMatchObject({
      mediaId: expect.stringMatching(/^med_/),
      url: expect.stringContaining("/media/med_"),
      contentType: "image/png",
      size: file.bytes.length,
      sha256: sha256(file.bytes),
    });
  });
});

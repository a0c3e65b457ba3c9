import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../engine/ids.ts";
import { inspect } from "../support/database.ts";
import type { Call } from "./api-client.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

/** The account of the emulated app. */
const WABA = "100000000000000";
let api: TestApi;
let numbers = 0;

beforeAll(async () => {
  api = await startTestApi();
  await inspect(
    api.engine.connection,
    "insert into vendor_accounts (tenant_id, provider, account_ref) values ($1, 'meta', $2)",
    [api.engine.tenantId, WABA],
  );
});
afterAll(() => api.stop());

const newNumber = () => {
  numbers += 1;
  return {
    account: WABA,
    countryCode: "57",
    number: `30055501${String(numbers).padStart(2, "0")}`,
    name: "La Espiga",
  };
};
const add = async (by: Call = api.call) => {
  const { body, status } = await by("POST", "/api/v1/numbers/meta", { json: newNumber() });
  expect(status).toBe(201);
  return body.id as string;
};
const act = (id: string, action: string, json: object = {}) =>
  api.call("POST", `/api/v1/numbers/${id}/${action}`, { json });
const lastCode = () => api.engine.meta.ledger().findLast(({ kind }) => kind === "code")?.body ?? "";

async function verified(): Promise<string> {
  const id = await add();
  await act(id, "request-code", { method: "voice", language: "es" });
  expect((await act(id, "verify-code", { code: lastCode() })).body.lifecycle).toBe("verified");
  return id;
}

async function registered(): Promise<string> {
  const id = await verified();
  expect((await act(id, "register", { pin: "123456" })).body.lifecycle).toBe("registered");
  return id;
}

describe("a number", () => {
  test("is added, verified, registered, subscribed and connected, each step on record", async () => {
    const added = await api.call("POST", "/api/v1/numbers/meta", {
      json: { ...newNumber(), label: "Reservas" },
    });
    expect(added.body).toMatchObject({
      e164: expect.stringMatching(/^\+5730055501/),
      label: "Reservas",
      provider: "meta",
      account: WABA,
      channels: ["whatsapp"],
      lifecycle: "created",
    });
    const { id, providerId } = added.body;
    expect((await act(id, "request-code")).body.lifecycle).toBe("code_sent");
    expect((await act(id, "verify-code", { code: lastCode() })).body.lifecycle).toBe("verified");
    expect((await act(id, "register", { pin: "123456" })).body.lifecycle).toBe("registered");
    expect((await act(id, "subscribe")).body.lifecycle).toBe("subscribed");
    const connected = await act(id, "refresh");
    expect(connected.body).toMatchObject({
      lifecycle: "connected",
      vendorState: { status: "CONNECTED", quality: "GREEN", limit: "TIER_250", name: "La Espiga" },
    });
    expect(api.engine.meta.number(providerId)?.registered).toBe(true);
    const audit = await api.call("GET", `/api/v1/audit?target=${id}`);
    expect(audit.body.items.map(({ action }: { action: string }) => action).toReversed()).toEqual([
      "number.add",
      "number.request-code",
      "number.verify-code",
      "number.register",
      "number.subscribe",
      "number.refresh",
    ]);
    // Neither code nor PIN is written anywhere.
    expect(JSON.stringify(audit.body)).not.toMatch(/123456/);
  });

  test("is listed, and read, and another tenant sees none of it", async () => {
    const id = await add();
    const { body } = await api.call("GET", "/api/v1/numbers?provider=meta&limit=1");
    expect([body.items.length, typeof body.nextCursor]).toEqual([1, "string"]);
    const all = await api.call("GET", "/api/v1/numbers");
    expect(all.body.items.map((item: { id: string }) => item.id)).toEqual(
      expect.arrayContaining([id, "num_demo_shared"]),
    );
    const other = await api.otherTenant();
    expect((await other.call("GET", "/api/v1/numbers")).body.items).toEqual([]);
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/allowance"],
      ["GET", "/events"],
      ["GET", "/profile"],
      ["POST", "/refresh"],
    ] as const) {
      const answer = await other.call(
        method,
        `/api/v1/numbers/${id}${path}`,
        method === "POST" ? { json: {} } : {},
      );
      expect([answer.status, answer.body.error.code], path).toEqual([404, "NOT_FOUND"]);
    }
  });

  test("that the account has already is taken over as it is", async () => {
    const id = await registered();
    const { body: number } = await api.call("GET", `/api/v1/numbers/${id}`);
    await inspect(api.engine.connection, "delete from numbers where id = $1", [id]);
    const { status, body } = await api.call("POST", "/api/v1/numbers/meta", {
      json: { account: WABA, providerId: number.providerId },
    });
    expect([status, body.e164, body.lifecycle, body.vendorState.status]).toEqual([
      201,
      number.e164,
      "registered",
      "CONNECTED",
    ]);
  });

  test("leaves the platform and comes back", async () => {
    const id = await registered();
    expect((await act(id, "deregister")).body.lifecycle).toBe("deregistered");
    expect((await act(id, "register", { pin: "123456" })).body.lifecycle).toBe("registered");
  });

  test("registered again after its new name was approved stays connected", async () => {
    const id = await registered();
    await act(id, "subscribe", { callback: { url: "https://other.example/hook", verifyToken: "t" } });
    await act(id, "refresh");
    expect((await act(id, "register", { pin: "123456" })).body.lifecycle).toBe("connected");
  });

  test("that Meta has banned is blocked when it is read back, and free again when Meta says so", async () => {
    const id = await registered();
    const { body } = await api.call("GET", `/api/v1/numbers/${id}`);
    const kept = api.engine.meta.number(body.providerId);
    if (!kept) throw new Error("the emulator does not know the number");
    kept.banned = true;
    expect((await act(id, "refresh")).body.vendorState).toMatchObject({
      status: "BANNED",
      blocked: { scope: "all", code: "BANNED" },
    });
    kept.banned = false;
    expect((await act(id, "refresh")).body.vendorState).not.toHaveProperty("blocked");
  });
});

const refusal = async (
  answer: Promise<{ status: number; body: { error: { code: string; details: object } } }>,
) => {
  const { status, body } = await answer;
  return [status, body.error.code, body.error.details] as const;
};

describe("what is refused", () => {
  test.each([
    ["half a number", { countryCode: "57" }],
    ["both a new number and one that is there", { ...newNumber(), providerId: "1" }],
    ["letters", { ...newNumber(), number: "300-555" }],
    ["a name of one letter", { ...newNumber(), name: "x" }],
  ])("%s", async (_what, json) => {
    const answer = api.call("POST", "/api/v1/numbers/meta", { json: { account: WABA, ...json } });
    expect((await refusal(answer)).slice(0, 2)).toEqual([422, "INPUT_INVALID"]);
  });

  test("an account the operator gave to somebody else", async () => {
    const other = await api.otherTenant();
    const [status, code] = await refusal(other.call("POST", "/api/v1/numbers/meta", { json: newNumber() }));
    expect([status, code]).toEqual([404, "NOT_FOUND"]);
  });

  test("a number that is somebody's already, and one the account has not", async () => {
    const id = await registered();
    const { body } = await api.call("GET", `/api/v1/numbers/${id}`);
    const again = api.call("POST", "/api/v1/numbers/meta", {
      json: { account: WABA, providerId: body.providerId },
    });
    expect((await refusal(again)).slice(0, 2)).toEqual([409, "NUMBER_STATE"]);
    const foreign = api.call("POST", "/api/v1/numbers/meta", { json: { account: WABA, providerId: "777" } });
    expect((await refusal(foreign)).slice(0, 2)).toEqual([404, "NOT_FOUND"]);
    const national = body.e164.slice(3);
    const twice = api.call("POST", "/api/v1/numbers/meta", { json: { ...newNumber(), number: national } });
    expect((await refusal(twice)).slice(0, 2)).toEqual([409, "NUMBER_STATE"]);
  });

  test("steps out of order: it says how far the number is", async () => {
    const id = await add();
    for (const [action, json] of [
      ["verify-code", { code: "123456" }],
      ["register", { pin: "123456" }],
      ["subscribe", {}],
      ["deregister", {}],
    ] as const) {
      const [status, code, details] = await refusal(act(id, action, json));
      expect([status, code, details], action).toEqual([
        409,
        "NUMBER_STATE",
        expect.objectContaining({ lifecycle: "created" }),
      ]);
    }
  });

  test("a wrong code and a wrong PIN, in both languages, with the vendor's own code", async () => {
    const id = await add();
    await act(id, "request-code");
    const wrong = lastCode() === "000000" ? "000001" : "000000";
    const [status, code, details] = await refusal(act(id, "verify-code", { code: wrong }));
    expect([status, code]).toEqual([422, "NUMBER_REFUSED"]);
    expect(details).toMatchObject({
      vendor: "meta",
      vendorCode: "100",
      sentence: { en: expect.any(String), es: expect.any(String) },
    });
    const other = await registered();
    const pin = await refusal(act(other, "register", { pin: "654321" }));
    expect(pin).toEqual([422, "NUMBER_REFUSED", expect.objectContaining({ vendorCode: "133005" })]);
  });

  test("a code that is no code, before Meta is asked", async () => {
    const id = await add();
    expect((await refusal(act(id, "verify-code", { code: "12ab" })))[1]).toBe("INPUT_INVALID");
    expect((await refusal(act(id, "register", { pin: "12345" })))[1]).toBe("INPUT_INVALID");
  });

  test("the eleventh registration in 72 hours is not even asked for", async () => {
    const id = await registered();
    for (let time = 0; time < 4; time++) {
      await act(id, "deregister");
      await act(id, "register", { pin: "123456" });
    }
    expect((await act(id, "deregister")).status).toBe(200);
    const { body } = await api.call("GET", `/api/v1/numbers/${id}`);
    const asked = api.engine.meta.number(body.providerId)?.registrations.length;
    const [status, code, details] = await refusal(act(id, "register", { pin: "123456" }));
    expect([status, code]).toEqual([409, "NUMBER_STATE"]);
    expect((details as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(71 * 3_600_000);
    expect(api.engine.meta.number(body.providerId)?.registrations.length).toBe(asked);
  });

  test("numbers of another vendor, and one without an id", async () => {
    const [status, code] = await refusal(act("num_demo_shared", "refresh"));
    expect([status, code]).toEqual([409, "NUMBER_STATE"]);
    const id = newId("number");
    await inspect(
      api.engine.connection,
      "insert into numbers (id, tenant_id, e164, provider, whatsapp) values ($1, $2, '+573005559999', 'meta', true)",
      [id, api.engine.tenantId],
    );
    expect((await refusal(act(id, "refresh")))[1]).toBe("NUMBER_STATE");
  });

  test("without the right scope", async () => {
    const reader = await api.withScopes(["numbers:read"]);
    expect((await reader("GET", "/api/v1/numbers")).status).toBe(200);
    expect((await reader("POST", "/api/v1/numbers/meta", { json: newNumber() })).status).toBe(403);
  });
});

describe("profile and links", () => {
  test("a profile is changed in part", async () => {
    const id = await registered();
    const path = `/api/v1/numbers/${id}/profile`;
    await api.call("PUT", path, {
      json: { about: "Pan de masa madre", websites: ["https://laespiga.example"] },
    });
    expect((await api.call("PUT", path, { json: { email: "hola@laespiga.example" } })).body).toMatchObject({
      about: "Pan de masa madre",
    });
    expect((await api.call("GET", path)).body).toEqual({
      about: "Pan de masa madre",
      email: "hola@laespiga.example",
      websites: ["https://laespiga.example"],
    });
    const [status, code] = await refusal(api.call("PUT", path, { json: { about: "x".repeat(140) } }));
    expect([status, code]).toEqual([422, "INPUT_INVALID"]);
  });

  test("links with their QR codes are made, changed, listed and deleted", async () => {
    const id = await registered();
    const path = `/api/v1/numbers/${id}/links`;
    const made = await api.call("POST", path, { json: { text: "Quiero reservar" } });
    expect([made.status, made.body.url]).toEqual([201, `https://wa.me/message/${made.body.code}`]);
    const changed = await api.call("PUT", `${path}/${made.body.code}`, {
      json: { text: "Quiero pedir", image: "png" },
    });
    expect(changed.body).toMatchObject({
      code: made.body.code,
      text: "Quiero pedir",
      imageUrl: expect.stringMatching(/\.png$/),
    });
    expect((await api.call("GET", path)).body.items).toHaveLength(1);
    expect((await api.call("DELETE", `${path}/${made.body.code}`)).status).toBe(204);
    expect((await api.call("GET", path)).body.items).toEqual([]);
    const [status, code] = await refusal(api.call("DELETE", `${path}/${made.body.code}`));
    expect([status, code]).toEqual([422, "NUMBER_REFUSED"]);
  });
});

test("events are listed for a number with those of its account, and for all", async () => {
  const id = await registered();
  const { body: number } = await api.call("GET", `/api/v1/numbers/${id}`);
  await api.engine.meta.reportAccount("account_update", { event: "ACCOUNT_VIOLATION" });
  await api.engine.meta.reportAccount("security", {
    display_phone_number: number.e164.slice(1),
    event: "PIN_CHANGED",
  });
  const own = await api.call("GET", `/api/v1/numbers/${id}/events`);
  expect(
    own.body.items.map(({ event, numberId }: { event: string; numberId: string | null }) => [
      event,
      numberId,
    ]),
  ).toEqual([
    ["PIN_CHANGED", id],
    ["ACCOUNT_VIOLATION", null],
  ]);
  const warnings = await api.call("GET", "/api/v1/number-events?severity=warning&limit=1");
  expect([warnings.body.items.length, warnings.body.items[0].event]).toEqual([1, "PIN_CHANGED"]);
  const next = await api.call(
    "GET",
    `/api/v1/number-events?severity=warning&limit=1&cursor=${warnings.body.nextCursor}`,
  );
  expect(next.body.items[0].event).toBe("ACCOUNT_VIOLATION");
});

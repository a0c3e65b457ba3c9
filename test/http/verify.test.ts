import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { inspect } from "../support/database.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterEach(() => api.engine.twilio.faults.clear());
afterAll(() => api.stop());

let last = 0;
const somebody = () => `+5730055${String(++last).padStart(5, "0")}`;
const send = (body: object, headers = {}) => api.call("POST", "/api/v1/verify", { json: body, headers });
const check = (to: string, code: string) => api.call("POST", "/api/v1/verify/check", { json: { to, code } });
const wrongFor = (to: string) => (api.engine.twilio.codeFor(to) === "000000" ? "111111" : "000000");

async function setVerify(settings: object): Promise<void> {
  await inspect(api.engine.connection, "update tenants set settings = settings || $1 where id = $2", [
    JSON.stringify({ verify: settings }),
    api.engine.tenantId,
  ]);
  api.engine.app.runtime.directory.forget(api.engine.tenantId);
}

async function account(): Promise<{ balance: number | null; held: number; spent: number }> {
  const [row] = await inspect<{ balance: number | null; held: number; spent: string }>(
    api.engine.connection,
    `select a.balance, a.held, (select coalesce(-sum(e.amount), 0) from credit_entries e
       where e.tenant_id = a.tenant_id and e.meter = a.meter and e.kind in ('capture', 'charge')) as spent
     from credit_accounts a where a.tenant_id = $1 and a.meter = 'verify'`,
    [api.engine.tenantId],
  );
  return { balance: row?.balance ?? null, held: row?.held ?? 0, spent: Number(row?.spent ?? 0) };
}

async function setBalance(balance: number | null): Promise<void> {
  await inspect(
    api.engine.connection,
    `insert into credit_entries (tenant_id, meter, amount, kind, ref)
     select tenant_id, meter, $2::int - coalesce((select sum(amount) from credit_entries e
       where e.tenant_id = a.tenant_id and e.meter = a.meter), 0), 'adjustment', gen_random_uuid()
     from credit_accounts a where tenant_id = $1 and meter = 'verify' and $2::int is not null`,
    [api.engine.tenantId, balance],
  );
  await inspect(
    api.engine.connection,
    "update credit_accounts set balance = $2 where tenant_id = $1 and meter = 'verify'",
    [api.engine.tenantId, balance],
  );
}

describe("POST /api/v1/verify", () => {
  test("sends a code, which costs one credit, and the check approves it once", async () => {
    const to = somebody();
    const before = await account();
    const sent = await send({ to, channel: "sms", locale: "es", friendlyName: "La Espiga" });
    expect(sent.status, sent.text).toBe(201);
    expect(sent.body).toEqual({
      status: "pending",
      to,
      channel: "sms",
      verificationId: expect.stringMatching(/^VE/),
      expiresInSeconds: 600,
    });
    expect(await account()).toEqual({ ...before, spent: before.spent + 1 });
    expect((await check(to, wrongFor(to))).body).toEqual({ status: "wrong", valid: false, to });
    const code = api.engine.twilio.codeFor(to) ?? "";
    expect((await check(to, code)).body).toEqual({ status: "approved", valid: true, to });
    expect((await check(to, code)).body).toEqual({ status: "expired", valid: false, to });
  });

  test("the same idempotency key sends once; with another request it is refused", async () => {
    const to = somebody();
    const headers = { "Idempotency-Key": `order-${to}` };
    const [first, second] = [await send({ to }, headers), await send({ to }, headers)];
    expect(second.body).toEqual(first.body);
    const messages = api.engine.twilio
      .ledger()
      .filter((entry) => entry.kind === "message" && entry.to === to);
    expect(messages).toHaveLength(1);
    const other = await send({ to: somebody() }, headers);
    expect([other.status, other.body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  });

  test("[K1] after five codes the recipient gets no more, and nothing is charged or sent", async () => {
    const to = somebody();
    for (let time = 1; time <= 5; time++) expect((await send({ to })).status).toBe(201);
    const before = await account();
    const sixth = await send({ to });
    expect([sixth.status, sixth.body.error.code]).toEqual([429, "CODE_BLOCKED"]);
    expect(sixth.body.error.details).toMatchObject({
      reason: "rate_recipient",
      retryAfterMs: expect.any(Number),
    });
    expect(await account()).toEqual(before);
  });

  test("[K1] from one address, and for a tenant as a whole, only so many", async () => {
    await setVerify({ ip: { max: 2, seconds: 60 } });
    const from = { deviceIp: "203.0.113.7" };
    for (let time = 1; time <= 2; time++) expect((await send({ to: somebody(), ...from })).status).toBe(201);
    expect((await send({ to: somebody(), ...from })).body.error.details.reason).toBe("rate_ip");
    expect((await send({ to: somebody(), deviceIp: "203.0.113.8" })).status).toBe(201);
    await setVerify({ tenant: { max: 1, seconds: 3_600 } });
    expect((await send({ to: somebody() })).body.error.details.reason).toBe("rate_tenant");
    await setVerify({});
  });

  test("[K1] ranges that nobody is sent codes in", async () => {
    const premium = await send({ to: "+34803123456" });
    expect([premium.status, premium.body.error.details.reason]).toEqual([429, "prefix"]);
    await setVerify({ blockedPrefixes: ["+57301"] });
    expect((await send({ to: "+573011234567" })).body.error.message).toContain("+57301");
    await setVerify({ allowedPrefixes: ["+34"] });
    expect((await send({ to: somebody() })).body.error.code).toBe("CODE_BLOCKED");
    await setVerify({});
  });

  test("[K1, L3] no code goes where no message or call may go, and none is charged", async () => {
    const before = await account();
    const put = (countries: object) => api.call("PUT", "/api/v1/settings/messaging", { json: { countries } });
    const { status, text } = await put({ sms: ["CO"], voice: ["ES"] });
    expect(status, text).toBe(200);
    const spain = { to: "+34600111222" };
    const answer = await send({ ...spain, channel: "sms" });
    expect([answer.status, answer.body.error.details.reason]).toEqual([429, "country"]);
    expect(answer.body.error.message).toContain("+34600111222");
    expect((await send({ to: somebody(), channel: "call" })).body.error.details.reason).toBe("country");
    expect(api.engine.twilio.codeFor(spain.to)).toBeNull();
    expect(await account()).toEqual(before);
    expect((await send({ ...spain, channel: "call" })).status).toBe(201);
    await put({});
  });

  test("the vendor's fraud guard blocks, and gives the credit back", async () => {
    const before = await account();
    const answer = await send({ to: "+573005559905" });
    expect([answer.status, answer.body.error.code]).toEqual([429, "CODE_BLOCKED"]);
    expect(answer.body.error.details).toMatchObject({ reason: "vendor", vendorCode: "60410" });
    expect(await account()).toEqual(before);
  });

  test("no credits, no code", async () => {
    await setBalance(0);
    const to = somebody();
    const answer = await send({ to });
    expect([answer.status, answer.body.error.code]).toEqual([402, "CREDITS_MISSING"]);
    expect(api.engine.twilio.codeFor(to)).toBeNull();
    await setBalance(1);
    expect((await send({ to })).status).toBe(201);
    expect(await account()).toMatchObject({ balance: 0, held: 0 });
    await setBalance(null);
  });

  test.each([
    [{ to: "300" }],
    [{ to: "+573001" }],
    [{ to: "ana@example", channel: "email" }],
    [{ to: "+573001234567", channel: "fax" }],
    [{ to: "+573001234567", code: "1" }],
  ])("%j is refused with words", async (body) => {
    const answer = await send(body);
    expect([answer.status, answer.body.error.code]).toEqual([422, "INPUT_INVALID"]);
  });

  test("a landline cannot get an SMS, which is the vendor's word", async () => {
    const answer = await send({ to: "+576012345678" });
    expect([answer.status, answer.body.error.code]).toEqual([502, "VENDOR_REFUSED"]);
    expect(answer.body.error.details.vendorCode).toBe("60205");
  });

  test("[K2] a lost answer leaves it open; the same key sends again and is charged once", async () => {
    const to = somebody();
    const before = await account();
    api.engine.twilio.faults.next({ to }, { kind: "reset-after-accept" });
    const headers = { "Idempotency-Key": `lost-${to}` };
    const lost = await send({ to }, headers);
    expect([lost.status, lost.body.error.code]).toEqual([502, "EFFECT_IN_DOUBT"]);
    expect((await send({ to }, headers)).status).toBe(201);
    expect(await account()).toEqual({ ...before, spent: before.spent + 1 });
  });

  test("without a verifier installed it says so", async () => {
    const { runtime } = api.engine.app;
    const { requestCode } = await import("../../engine/runtime/code-requests.ts");
    const bare = { ...runtime, registry: { ...runtime.registry, verifier: () => undefined } };
    await expect(
      requestCode(bare, api.engine.tenantId, { to: somebody(), channel: "sms" }, null),
    ).rejects.toMatchObject({ code: "VERIFIER_MISSING" });
  });
});

describe("POST /api/v1/verify/check", () => {
  test("too many wrong ones close the verification", async () => {
    const to = somebody();
    await send({ to });
    for (let time = 1; time <= 5; time++) expect((await check(to, wrongFor(to))).body.status).toBe("wrong");
    expect((await check(to, wrongFor(to))).body).toMatchObject({ status: "too_many", valid: false });
  });

  test("[K3] an approval whose answer was lost is found again", async () => {
    const to = somebody();
    await send({ to });
    const code = api.engine.twilio.codeFor(to) ?? "";
    api.engine.twilio.faults.next({ path: /VerificationCheck/ }, { kind: "reset-after-accept" });
    expect((await check(to, code)).body).toMatchObject({ status: "approved" });
  });

  test("ten minutes later it is expired", async () => {
    const to = somebody();
    await send({ to });
    const code = api.engine.twilio.codeFor(to) ?? "";
    api.engine.twilio.passVerifyTime(10 * 60_000);
    expect((await check(to, code)).body).toMatchObject({ status: "expired" });
  });
});

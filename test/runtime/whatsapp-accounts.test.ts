import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "../../engine/log.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { META_NUMBER } from "../support/meta-request.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const WABA = "100000000000000";
const NUMBER = META_NUMBER.displayPhoneNumber;
const told: { readonly level: string; readonly fields: Record<string, unknown>; readonly message: string }[] =
  [];
let engine: TestEngine;
let people = 0;

beforeAll(async () => {
  engine = await buildEngine({ log: listening() });
  const steps = [
    ["ask", "api.run", { input: { type: "object" } }],
    [
      "text",
      "meta.send",
      { to: "{{ trigger.input.to }}", type: "text", text: "Hola", fromNumber: "num_demo_meta" },
    ],
    [
      "template",
      "meta.send",
      {
        to: "{{ trigger.input.to }}",
        type: "template",
        template: { name: "a", language: "es" },
        fromNumber: "num_demo_meta",
      },
    ],
    [
      "reply",
      "core.reply",
      { status: 200, json: { text: "{{ steps.text }}", template: "{{ steps.template }}" } },
    ],
  ] as const;
  const flow = flowOf("write", steps, [
    ["ask", "next", "text"],
    ...(["sent", "failed", "window_closed", "insufficient_credits"] as const).flatMap((port) => [
      ["text", port, "template"] as const,
      ["template", port, "reply"] as const,
    ]),
  ]);
  await engine.publish(flow);
  await inspect(engine.connection, "update numbers set account_ref = $1 where provider = 'meta'", [WABA]);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  await inspect(engine.connection, "update numbers set vendor_state = '{}'; delete from number_events");
  engine.app.runtime.directory.forget(engine.tenantId);
});

function listening() {
  const log = createLog("silent");
  const hear =
    (level: string) =>
    (fields: object, message = "") =>
      void told.push({ level, fields: { ...fields }, message });
  return Object.assign(log, { error: hear("error"), warn: hear("warn"), info: hear("info") });
}

/** Writes a text and a template to somebody who has just written. Gives what came of both. */
async function write(to?: string) {
  people += 1;
  const person = to ?? `+3460088${String(people).padStart(4, "0")}`;
  await engine.meta.receiveMessage({ ...META_NUMBER, from: person, text: "hola" });
  const answer = await fetch(`${engine.url}/api/v1/flows/write/runs?wait=10`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input: { to: person } }),
  });
  return (await answer.json()) as Record<
    "text" | "template",
    { wamid?: string; reason?: string; code?: string; message?: string }
  >;
}

const events = (sql = "true") =>
  inspect<{
    field: string;
    event: string;
    severity: string;
    number_id: string | null;
    data: Record<string, unknown>;
  }>(engine.connection, `select * from number_events where ${sql} order by id`);
const ledger = () => engine.meta.ledger().filter(({ kind }) => kind === "message").length;
const held = async () => {
  const [row] = await inspect<{ held: number }>(
    engine.connection,
    "select held from credit_accounts where meter = 'whatsapp'",
  );
  const [holds] = await inspect<{ count: string }>(engine.connection, "select count(*) from credit_holds");
  return [row?.held, Number(holds?.count)];
};

const BAN = {
  event: "DISABLED_UPDATE",
  ban_info: { waba_ban_state: "DISABLE", waba_ban_date: "2026-11-27" },
};
const RESTRICTION = (expiration: number) => ({
  event: "ACCOUNT_RESTRICTION",
  restriction_info: [{ restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration }],
});
const IN_AN_HOUR = Math.floor(Date.now() / 1000) + 3600;

describe("[E14] a banned account", () => {
  test("sends nothing: refused before anything is held or sent, and the operator is told", async () => {
    expect((await engine.meta.reportAccount("account_update", BAN)).status).toBe(200);
    const [sentBefore, heldBefore] = [ledger(), await held()];
    const { text, template } = await write();
    for (const outcome of [text, template])
      expect(outcome).toMatchObject({
        reason: "bad_sender",
        code: "DISABLED_UPDATE",
        message: expect.stringContaining(NUMBER),
      });
    expect([ledger(), await held()]).toEqual([sentBefore, heldBefore]);
    expect(told).toContainEqual({
      level: "error",
      fields: expect.objectContaining({
        account: WABA,
        event: "DISABLED_UPDATE",
        tenants: [engine.tenantId],
      }),
      message: "WhatsApp has disabled the account.",
    });
  });

  test("[H14] is said once, however often it comes; an older word does not undo a newer one", async () => {
    await engine.meta.reportAccount("account_update", BAN);
    await engine.meta.replay(1);
    expect(await events()).toHaveLength(1);
    await engine.meta.reportAccount("account_update", {
      event: "DISABLED_UPDATE",
      ban_info: { waba_ban_state: "REINSTATE" },
    });
    expect((await write()).text.wamid).toMatch(/^wamid/);
    await engine.meta.replay(50);
    expect((await write()).text.wamid).toMatch(/^wamid/);
  });
});

describe("[E14] a restriction", () => {
  test("of what the business begins: answers go out, templates do not", async () => {
    await engine.meta.reportAccount("account_update", RESTRICTION(IN_AN_HOUR));
    const { text, template } = await write();
    expect(text.wamid).toMatch(/^wamid/);
    expect(template).toMatchObject({ reason: "bad_sender", code: "RESTRICTED_BIZ_INITIATED_MESSAGING" });
  });

  test("ends when it says", async () => {
    await engine.meta.reportAccount("account_update", RESTRICTION(IN_AN_HOUR - 7200));
    expect((await write()).template.wamid).toMatch(/^wamid/);
  });
});

describe("what Meta says of a number", () => {
  test("is kept with it, and its newest state shows", async () => {
    const display_phone_number = NUMBER.slice(1);
    await engine.meta.reportAccount("phone_number_quality_update", {
      display_phone_number,
      event: "FLAGGED",
      current_limit: "TIER_250",
    });
    await engine.meta.reportAccount("phone_number_name_update", {
      display_phone_number,
      decision: "APPROVED",
      requested_verified_name: "La Espiga",
      rejection_reason: null,
    });
    await engine.meta.reportAccount("business_capability_update", {
      max_daily_conversations_per_business: 2000,
    });
    expect(
      (await events()).map(({ field, event, severity, number_id }) => [field, event, severity, number_id]),
    ).toEqual([
      ["phone_number_quality_update", "FLAGGED", "warning", "num_demo_meta"],
      ["phone_number_name_update", "APPROVED", "info", "num_demo_meta"],
      ["business_capability_update", "LIMITS", "info", null],
    ]);
    const [number] = await inspect(
      engine.connection,
      "select vendor_state from numbers where id = 'num_demo_meta'",
    );
    expect(number).toMatchObject({
      vendor_state: { limit: "TIER_250", name: "La Espiga", portfolioLimit: 2000 },
    });
  });

  test("of a number nobody has is only a line for the operator", async () => {
    await engine.meta.reportAccount("security", {
      display_phone_number: "15559998888",
      event: "PIN_CHANGED",
    });
    expect(await events()).toEqual([]);
    expect(told.at(-1)).toMatchObject({
      level: "warn",
      fields: { number: "+15559998888" },
      message: expect.stringContaining("Nobody here has that number"),
    });
  });
});

describe("a refusal that says something of the account", () => {
  test("131042, reported later: kept with the number, told to the operator, once", async () => {
    const person = "+34600899042";
    await write(person);
    await engine.meta.idle();
    await until("the event", async () => (await events("event = '131042'")).length > 0);
    await write(person);
    await engine.meta.idle();
    const [first, ...others] = await events("event = '131042'");
    expect(first).toMatchObject({
      severity: "critical",
      number_id: "num_demo_meta",
      data: { vendorCode: "131042" },
    });
    expect(others).toEqual([]);
    const [number] = await inspect(
      engine.connection,
      "select vendor_state from numbers where id = 'num_demo_meta'",
    );
    expect(number).toMatchObject({ vendor_state: { payment: "131042" } });
    expect(told.find(({ fields }) => fields.event === "131042")).toMatchObject({ level: "error" });
    // The free messages of the month still go out.
    expect((await write()).text.wamid).toMatch(/^wamid/);
  });

  test("131031, at once: nothing more leaves the number", async () => {
    const { text } = await write("+34600899031");
    expect(text).toMatchObject({
      reason: "not_permitted",
      code: "131031",
      message: "La cuenta está bloqueada.",
    });
    expect((await write()).text).toMatchObject({ reason: "bad_sender", code: "131031" });
  });
});

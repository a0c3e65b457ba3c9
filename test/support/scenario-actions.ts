import { expect } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { readRun } from "../../engine/store/run-history.ts";
import type { TestEngine } from "./build-engine.ts";
import type { Action } from "./scenario.ts";
import { until } from "./until.ts";

/** What happens after the start, one thing after the other, each when everything has come to rest. */
export async function act(
  engine: TestEngine,
  runId: string | null,
  actions: readonly Action[],
): Promise<void> {
  for (const action of actions) {
    await comeToRest(engine, runId);
    await perform(engine, action);
  }
}

/** The run sleeps or is over, and no vendor has anything to report. */
export async function comeToRest(engine: TestEngine, runId: string | null): Promise<void> {
  const { app, tenantId, twilio, meta } = engine;
  for (let round = 0; round < 2; round++) {
    if (runId !== null) await runAtRest({ app, tenantId }, runId);
    await Promise.all([twilio.idle(), meta.idle()]);
  }
}

// Nobody in a scenario waits that long; whoever sleeps longer is asleep.
const ASLEEP_MS = 15_000;

/** Over, or asleep for long, by the time the tenant lives in. */
async function runAtRest(
  { app, tenantId }: Pick<TestEngine, "app" | "tenantId">,
  runId: string,
): Promise<void> {
  await until(`${runId} to come to rest`, async () => {
    const { tenant } = await app.runtime.directory.of(tenantId);
    const run = await app.db.asTenant(tenantId, (scope) => readRun(scope, runId));
    if (!run || run.ended_at !== null) return true;
    const wakesAt = Date.parse(run.state.wait?.until ?? "");
    return run.status === "waiting" && wakesAt > Date.now() + tenant.clock_offset_ms + ASLEEP_MS;
  });
}

async function perform(engine: TestEngine, action: Action): Promise<void> {
  if ("reply" in action) return reply(engine, action.reply);
  if ("tap" in action) return tap(engine, action.tap);
  if ("skipHours" in action) return post(engine, "/api/v1/clock/skip", { ms: action.skipHours * 3_600_000 });
  const id = await conversationWith(engine, "close" in action ? action.close.contact : action.answer.contact);
  const path = `/api/v1/conversations/${id}`;
  if ("close" in action) return post(engine, `${path}/close`, {});
  return post(engine, `${path}/messages`, { body: action.answer.body });
}

async function reply(
  { twilio, meta }: TestEngine,
  { from, to, body, channel = "sms" }: Extract<Action, { reply: unknown }>["reply"],
): Promise<void> {
  if (to === DEMO.numbers.meta) await meta.receiveMessage({ ...metaParty(from), text: body });
  else await twilio.receiveMessage({ from, to, body, channel });
}

/** Somebody taps a choice of the last message they got, whichever vendor brought it. */
async function tap(
  { twilio, meta }: TestEngine,
  { by, choice, words }: Extract<Action, { tap: unknown }>["tap"],
): Promise<void> {
  const [onTwilio, onMeta] = [twilio, meta].map((vendor) =>
    vendor
      .ledger()
      .findLast(({ kind, to, channel }) => kind === "message" && to === by && channel === "whatsapp"),
  );
  if (onMeta && (!onTwilio || onMeta.at > onTwilio.at)) {
    await meta.tap(onMeta.ref, choice, words);
    return;
  }
  if (!onTwilio) throw new Error(`${by} got no WhatsApp message to tap on`);
  const { from = "", ref } = onTwilio;
  const parties = { from: by, to: from, channel: "whatsapp" } as const;
  await twilio.receiveMessage({ ...parties, body: words ?? choice, buttonPayload: choice, repliesTo: ref });
}

function metaParty(from: string) {
  return { from, phoneNumberId: "100000000000001", displayPhoneNumber: DEMO.numbers.meta };
}

async function conversationWith(engine: TestEngine, contact: string): Promise<string> {
  const address = `${engine.url}/api/v1/conversations?contact=${encodeURIComponent(contact)}`;
  const response = await fetch(address, { headers: { authorization: `Bearer ${engine.apiKey}` } });
  const { items } = (await response.json()) as { items: { id: string }[] };
  const [first] = items;
  if (!first) throw new Error(`there is no conversation with ${contact}`);
  return first.id;
}

async function post(engine: TestEngine, path: string, json: unknown): Promise<void> {
  const response = await fetch(engine.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(json),
  });
  expect(response.ok, `${path}: ${response.status} ${await response.text()}`).toBe(true);
}

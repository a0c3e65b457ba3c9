import { expect } from "vitest";
import { atRest } from "../../engine/demo/ring.ts";
import type { TestEngine } from "./build-engine.ts";
import { inspect } from "./database.ts";
import type { Later } from "./scenario.ts";
import { until } from "./until.ts";
import { writeTo } from "./write-message.ts";

const PHONE =
  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36";

/** Plays what happens to a run that has come to rest, and waits until it has come to rest again. */
export async function playLater(engine: TestEngine, runId: string | null, event: Later): Promise<void> {
  const { app, tenantId, twilio, meta } = engine;
  if (runId === null) throw new Error(`Nothing was started to which ${JSON.stringify(event)} could happen.`);
  await atRest(app, tenantId, runId);
  await Promise.all([twilio.idle(), meta.idle()]);
  const before = await seqOf(engine, runId);
  const isToMove = await happen(engine, runId, event);
  // Whoever drives it is told in the background: at rest, it would look as it did before.
  if (isToMove) await until("the run to go on", async () => (await seqOf(engine, runId)) > before);
  await atRest(app, tenantId, runId);
}

/** False where the run is not to notice. */
async function happen(engine: TestEngine, runId: string, event: Later): Promise<boolean> {
  if ("skipHours" in event) {
    await call(engine, "/api/v1/clock/skip", { ms: Math.round(event.skipHours * 3_600_000) });
    return true;
  }
  if ("signal" in event) {
    const { signal: key, payload = {}, codeOf } = event;
    const code = codeOf === undefined ? "" : (engine.twilio.codeFor(codeOf) ?? "");
    const filled: unknown = JSON.parse(JSON.stringify(payload).replaceAll("{code}", code));
    await call(engine, `/api/v1/runs/${runId}/signal`, { key, payload: filled });
    return true;
  }
  if ("passVerifyMinutes" in event) {
    engine.twilio.passVerifyTime(event.passVerifyMinutes * 60_000);
    return false;
  }
  if ("tap" in event) return tap(engine, event.tap);
  if ("message" in event || "reply" in event) {
    const message = "reply" in event ? event.reply : event.message;
    const body = message.body.replaceAll("{code}", engine.twilio.codeFor(message.from) ?? "");
    await writeTo(engine, { ...message, body });
    return "reply" in event;
  }
  return "click" in event ? click(engine, event.click) : attend(engine, event);
}

async function click(
  engine: TestEngine,
  { to, agent = PHONE }: Extract<Later, { click: unknown }>["click"],
): Promise<boolean> {
  const response = await fetch(linkTo(engine, to), { headers: { "user-agent": agent }, redirect: "manual" });
  expect(response.status, "what a link answers").toBe(302);
  return agent === PHONE;
}

/** What people do who have the conversation. */
async function attend(
  engine: TestEngine,
  event: Extract<Later, { answer: unknown } | { close: unknown }>,
): Promise<boolean> {
  const { contact } = "close" in event ? event.close : event.answer;
  const path = `/api/v1/conversations/${await conversationWith(engine, contact)}`;
  if ("close" in event) await call(engine, `${path}/close`, {});
  else await call(engine, `${path}/messages`, { body: event.answer.body });
  return "close" in event;
}

async function tap(engine: TestEngine, what: Extract<Later, { tap: unknown }>["tap"]): Promise<boolean> {
  if (what === "link") await tapLink(engine);
  else await tapChoice(engine, what);
  return what !== "link";
}

/** Somebody taps a choice of the last message they got, whichever vendor brought it. */
async function tapChoice(
  { twilio, meta }: TestEngine,
  { by, choice, words }: { readonly by: string; readonly choice: string; readonly words?: string },
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

async function conversationWith({ url, apiKey }: TestEngine, contact: string): Promise<string> {
  const address = `${url}/api/v1/conversations?contact=${encodeURIComponent(contact)}`;
  const response = await fetch(address, { headers: { authorization: `Bearer ${apiKey}` } });
  const { items } = (await response.json()) as { items: { id: string }[] };
  const [first] = items;
  if (!first) throw new Error(`there is no conversation with ${contact}`);
  return first.id;
}

/** Somebody opens the link of the last message and confirms. */
async function tapLink({ twilio, meta }: TestEngine): Promise<void> {
  const sent = [...twilio.ledger(), ...meta.ledger()].filter(({ kind }) => kind === "message");
  const last = sent.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1);
  const url = /https?:\/\/[^\s"\\]+\/hooks\/callback\/[^\s"\\]+/.exec(JSON.stringify(last ?? null))?.[0];
  if (url === undefined) throw new Error(`The last message has no link to tap: ${JSON.stringify(last)}`);
  const answer = await fetch(url, { method: "POST" });
  if (!answer.ok) throw new Error(`The tap was answered with ${answer.status}: ${await answer.text()}`);
}

function linkTo({ twilio, meta }: TestEngine, to: string): string {
  const bodies = [...twilio.ledger(), ...meta.ledger()]
    .filter((entry) => entry.to === to)
    .map(({ body }) => body);
  const link = /https?:\/\/\S+\/t\/\w+/.exec(bodies.at(-1) ?? "")?.[0];
  if (link === undefined) throw new Error(`the last message to ${to} has no tracked link: ${bodies.at(-1)}`);
  return link;
}

async function call({ url, apiKey }: TestEngine, path: string, body: object): Promise<void> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status, `${path}: ${await response.clone().text()}`).toBeLessThan(300);
}

async function seqOf({ connection }: TestEngine, runId: string): Promise<number> {
  const [row] = await inspect<{ seq: number }>(connection, "select seq from runs where id = $1", [runId]);
  return row?.seq ?? 0;
}

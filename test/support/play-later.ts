import { expect } from "vitest";
import { atRest } from "../../engine/demo/ring.ts";
import type { TestEngine } from "./build-engine.ts";
import { inspect } from "./database.ts";
import type { Later } from "./scenario.ts";
import { until } from "./until.ts";

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
  if ("message" in event) {
    await engine.twilio.receiveMessage(event.message);
    return false;
  }
  if ("tap" in event) {
    await tapLink(engine);
    return false;
  }
  const { to, agent = PHONE } = event.click;
  const response = await fetch(linkTo(engine, to), { headers: { "user-agent": agent }, redirect: "manual" });
  expect(response.status, "what a link answers").toBe(302);
  return agent === PHONE;
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

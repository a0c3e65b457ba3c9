import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { publishFlow } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { type EngineGroup, type EngineProcess, engineGroup } from "../support/engine-group.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";

const { shared, missed } = DEMO.numbers;

let group: EngineGroup;
let web: EngineProcess;
let worker: EngineProcess;

beforeAll(async () => {
  group = await engineGroup();
  web = await group.start("web");
  worker = await group.start("worker");
  await publishFlow(
    group.connection,
    flowOf("greet", [
      ["call", "twilio.incoming-call"],
      ["hello", "twilio.say", { text: "Buenos días" }],
    ]),
    { number: shared, channel: "voice" },
  );
  await publishFlow(
    group.connection,
    flowOf(
      "answer",
      [
        ["message", "twilio.incoming-message"],
        ["nap", "core.wait", { for: { amount: 0.2, unit: "seconds" } }],
        ["send", "messaging.send", { text: "Recibido", channels: ["sms"] }],
        ["done", "core.end"],
      ],
      [
        ["message", "next", "nap"],
        ["nap", "next", "send"],
        ["send", "sent", "done"],
      ],
    ),
    { number: missed, channel: "messages" },
  );
  await publishFlow(
    group.connection,
    flowOf("look", [
      ["api", "api.run"],
      ["look", "twilio.lookup", { number: "{{ contact.phone }}" }],
    ]),
  );
  await publishFlow(
    group.connection,
    flowOf("sleepy", [
      ["api", "api.run"],
      ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
      ["done", "core.end"],
    ]),
  );
});
afterAll(() => group.close());

describe("[F6] one process for the web and one for the work", () => {
  test("a call is answered by the one", async () => {
    const answer = await twilioRequest(
      group,
      "/hooks/twilio/voice",
      callForm(sid("CA", 1), person(1), shared),
    );
    expect(answer.body).toContain("Buenos días");
  });

  test("what is queued goes on in the other", async () => {
    group.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 1_000 });
    const id = await start("look", person(2), "bulk");
    const owner = await until("somebody to drive it", async () => (await runOf(id))?.lease_owner ?? null);
    expect(owner).toContain(`:${worker.pid}:`);
    expect(owner).not.toContain(`:${web.pid}:`);
    await until("it to end", async () => (await runOf(id))?.status === "succeeded");
  });

  test("what is due goes on in the other", async () => {
    const id = await start("sleepy", person(3));
    await until("it to sleep", async () => (await runOf(id))?.status === "waiting");
    await inspect(group.connection, MAKE_DUE, [id]);
    await until("it to end", async () => (await runOf(id))?.status === "succeeded");
  });
});

test("[F6, D13] a rolling restart under load loses nothing and doubles nothing", async () => {
  const people = Array.from({ length: 200 }, (_, n) => person(1_000 + n));
  let said = 0;
  const load = Promise.all(
    Array.from({ length: 8 }, async (_, lane) => {
      for (let n = lane; n < people.length; n += 8) {
        await deliver(n, people[n] ?? "");
        said += 1;
      }
    }),
  );
  const restart = async (old: EngineProcess, role: "web" | "worker", after: number) => {
    await until("the load to get on", () => said >= after);
    const fresh = await group.start(role);
    expect(await old.terminate()).toBe(0);
    return fresh;
  };
  web = await restart(web, "web", 20);
  worker = await restart(worker, "worker", 60);
  web = await restart(web, "web", 100);
  await load;
  await until(
    "all to be answered",
    async () => {
      const [row] = await inspect<{ ended: number }>(
        group.connection,
        "select count(*)::int as ended from runs where contact_phone = any($1) and ended_at is not null",
        [people],
      );
      return row?.ended === people.length;
    },
    45_000,
  );
  const outcomes = await inspect(
    group.connection,
    "select status, count(*)::int from runs where contact_phone = any($1) group by status",
    [people],
  );
  expect(outcomes).toEqual([{ status: "succeeded", count: people.length }]);
  const answered = group.twilio
    .ledger()
    .flatMap(({ kind, to }) => (kind === "message" && to !== undefined && people.includes(to) ? [to] : []));
  expect(answered.toSorted()).toEqual(people);
});

/** A vendor tries again until it is told that its message was taken. */
async function deliver(n: number, from: string): Promise<void> {
  const form = { MessageSid: sid("SM", n), From: from, To: missed, Body: "Hola", NumMedia: "0" };
  await until("the message to be taken", async () => {
    const { status } = await twilioRequest(group, "/hooks/twilio/messages", form);
    return status === 200;
  });
}

async function start(flow: string, phone: string, priority = "normal"): Promise<string> {
  const answer = await fetch(`${group.url}/api/v1/flows/${flow}/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${group.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input: {}, contact: { phone }, priority }),
  });
  const { runId } = (await answer.json()) as { runId?: string };
  if (!runId) throw new Error(`starting ${flow} was answered with ${answer.status}`);
  return runId;
}

async function runOf(id: string) {
  const [row] = await inspect<{ status: string; lease_owner: string | null }>(
    group.connection,
    "select status, lease_owner from runs where id = $1",
    [id],
  );
  return row;
}

function person(n: number): string {
  return `+57300${String(1_000_000 + n)}`;
}

function sid(prefix: string, n: number): string {
  return prefix + String(n).padStart(32, "0");
}

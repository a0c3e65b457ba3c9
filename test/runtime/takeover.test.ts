import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import {
  type Database,
  type DatabaseOptions,
  type EngineFunction,
  openDatabase,
} from "../../engine/store/database.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { createGates } from "../support/gates.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";

const { shared } = DEMO.numbers;
const gates = createGates();
// Settled when a commit is told that somebody else has the run.
const fenced = Promise.withResolvers<void>();

let engine: TestEngine;
let second: TestEngine;

beforeAll(async () => {
  // The vendor's reports stay out: the test sends them itself.
  engine = await buildEngine({ failpoints: gates, openDatabase: watched, emulatorPaceMs: 3_600_000 });
  second = await buildEngine({ connection: engine.connection, emulatorPaceMs: 3_600_000 });
  await engine.publish(
    flowOf(
      "confirms",
      [
        ["call", "twilio.incoming-call"],
        [
          "send",
          "messaging.send",
          { text: "Hola", channels: ["sms"], confirm: "delivered", confirmWithinMs: 60_000 },
        ],
        ["say", "twilio.say", { text: "Le hemos escrito" }],
      ],
      [
        ["call", "next", "send"],
        ["send", "sent", "say"],
      ],
    ),
    { number: shared, channel: "voice" },
  );
});
afterAll(async () => {
  await second.stop();
  await engine.stop();
});

test("[D9, D10, W4] a request keeps waiting when another segment takes its stored run over", async () => {
  const form = callForm(`CA${randomUUID().replaceAll("-", "")}`, "+573004450001", shared);
  const beforeWait = gates.close("outcome.before");
  const beforeEvent = gates.close("pending.before");
  const calling = twilioRequest(engine, "/hooks/twilio/voice", form);

  // The report comes before the wait that it is for: it is found when the wait is written.
  await beforeWait.reached;
  await report("sent");
  beforeWait.open();
  await beforeEvent.reached;

  // Now the run sleeps, and the next report comes to another process, which wakes it and ends it …
  await report("delivered", second);

  // … when the first segment wants to go on, and finds that it has lost the run.
  beforeEvent.open();
  await fenced.promise;

  const answer = await calling;
  expect(answer.status).toBe(200);
  expect(answer.body).toContain("Le hemos escrito");
});

function watched(options: DatabaseOptions): Database {
  const db = openDatabase(options);
  return {
    ...db,
    async call<T>(name: EngineFunction, args: readonly unknown[]): Promise<T> {
      const result = await db.call<T>(name, args);
      if (name === "engine_commit" && JSON.stringify(result).includes('"fence"')) fenced.resolve();
      return result;
    },
  };
}

async function report(status: string, to: TestEngine = engine): Promise<void> {
  const [effect] = await inspect<{ id: string }>(engine.connection, "select id from effects");
  const [message] = engine.twilio.ledger().filter(({ kind }) => kind === "message");
  if (!effect || !message) throw new Error("nothing was sent yet");
  const path = `/hooks/twilio/status/${effect.id}?s=${to.app.runtime.keys.sign("effect", effect.id)}`;
  const form = { MessageSid: message.ref, MessageStatus: status };
  expect((await twilioRequest(to, path, form)).status).toBe(204);
}

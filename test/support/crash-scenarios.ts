import { randomUUID } from "node:crypto";
import type { Flow } from "../../engine/core/flow.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { publishFlow } from "./build-engine.ts";
import type { CrashWorld, World } from "./crash-stage.ts";
import { inspect } from "./database.ts";
import { actionOf, apiRequest, callRequest, untilAnswered } from "./patient-client.ts";
import { flowOf } from "./small-flow.ts";
import { callForm } from "./twilio-request.ts";
import { until } from "./until.ts";

/** What somebody does, from the first request to the last; the run it makes may still be under way when it is done. */
export interface CrashScenario {
  readonly name: string;
  /** `phone` occurs in no other play. */
  play(stage: CrashWorld, phone: string): Promise<void>;
}

const { shared, landline, menu, missed } = DEMO.numbers;
const MESSAGES = /Messages\.json/;

/** The flows all scenarios need; some answer numbers of the demo tenant. */
export async function publishCrashFlows({ connection }: World): Promise<void> {
  for (const [flow, number] of FLOWS)
    await publishFlow(connection, flow, number === undefined ? undefined : { number, channel: "voice" });
}

export const MAIN_JOB: CrashScenario = {
  name: "a call that is looked up, written to and charged",
  async play(stage, phone) {
    const sid = newSid();
    await callRequest(stage, "/hooks/twilio/voice", callForm(sid, phone, shared));
    await callOver(stage, sid, phone, shared);
  },
};

/** Settles in a commit of its own; the main job does so in the one that hears of the report. */
export const CHARGED_SMS: CrashScenario = {
  name: "an SMS that is charged at once",
  play: (stage, phone) => startRun(stage, "charged-sms", phone),
};

export const SCENARIOS: readonly CrashScenario[] = [
  {
    name: "a menu that is answered",
    async play(stage, phone) {
      const sid = newSid();
      const asked = await callRequest(stage, "/hooks/twilio/voice", callForm(sid, phone, menu));
      await callRequest(stage, actionOf(asked.body), { ...inProgress(sid), Digits: "1" });
    },
  },
  MAIN_JOB,
  {
    name: "an SMS the vendor first has no time for",
    async play(stage, phone) {
      stage.twilio.faults.next({ path: MESSAGES, to: phone }, { kind: "status", status: 429, retryAfter: 1 });
      await startRun(stage, "one-sms", phone);
    },
  },
  {
    name: "an SMS whose answer is lost",
    async play(stage, phone) {
      stage.twilio.faults.next({ path: MESSAGES, to: phone }, { kind: "reset-after-accept" });
      await startRun(stage, "one-sms", phone);
    },
  },
  CHARGED_SMS,
  {
    name: "an SMS that waits for its report",
    play: (stage, phone) => startRun(stage, "confirmed-sms", phone),
  },
  {
    name: "an SMS whose reports never come",
    async play(stage, phone) {
      stage.twilio.faults.next({ path: MESSAGES, to: phone }, { kind: "lose-callbacks" });
      await startRun(stage, "confirmed-sms", phone);
    },
  },
  {
    name: "an API call that waits for the flow's answer",
    async play(stage, phone) {
      const key = randomUUID();
      const body = { contact: { phone } };
      await untilAnswered("the API call", () => apiRequest(stage, "/flows/replies/runs?wait=20", body, key));
    },
  },
  {
    name: "a run cancelled while it waits",
    async play(stage, phone) {
      await startRun(stage, "sleepy", phone);
      const run = await until("the run to sleep", async () => {
        const found = await runOf(stage, phone);
        return found?.status === "waiting" && found.node === "sleep" ? found : null;
      });
      await apiRequest(stage, `/runs/${run.id}/cancel`);
    },
  },
  { name: "two SMS in a row", play: (stage, phone) => startRun(stage, "two-sms", phone) },
  {
    name: "a call that is passed on and talks for 65 seconds",
    async play(stage, phone) {
      const sid = newSid();
      const dialled = await callRequest(stage, "/hooks/twilio/voice", callForm(sid, phone, landline));
      const talked = { DialCallStatus: "completed", DialCallDuration: "65", DialCallSid: newSid() };
      await callRequest(stage, actionOf(dialled.body), { ...inProgress(sid), ...talked });
      await callOver(stage, sid, phone, landline);
    },
  },
  {
    name: "a caller who is gone before the dial",
    async play(stage, phone) {
      const sid = newSid();
      await callRequest(stage, "/hooks/twilio/voice", callForm(sid, phone, landline));
      await callOver(stage, sid, phone, landline);
    },
  },
  {
    name: "keys that come before their question",
    async play(stage, phone) {
      const sid = newSid();
      stage.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 150 });
      const calling = callRequest(stage, "/hooks/twilio/voice", callForm(sid, phone, missed));
      const run = await until("the call to be stored", () => runOf(stage, phone));
      const keys = { ...inProgress(sid), Digits: "1" };
      await Promise.all([calling, callRequest(stage, `/hooks/twilio/voice/step/${run.id}:ask:1`, keys)]);
    },
  },
  {
    name: "a run another process had no room for",
    play: (stage, phone) => startRun({ ...stage, url: stage.fullUrl }, "one-sms", phone),
  },
  {
    name: "an orderly stop in the middle of a run",
    async play(stage, phone) {
      stage.twilio.faults.next({ path: /PhoneNumbers/ }, { kind: "slow", ms: 100 });
      await startRun(stage, "looks", phone);
      await stage.replace();
    },
  },
];

const SMS = { text: "Hola", channels: ["sms"] };
const CONFIRMED = { ...SMS, confirm: "delivered", confirmWithinMs: 250 };
const WHATSAPP = {
  template: "llamada-perdida",
  variables: { tienda: "La Espiga", horario: "24 h" },
  channels: ["whatsapp"],
  confirm: "sent",
  confirmWithinMs: 300,
};
const FLOWS: readonly (readonly [flow: Flow, number?: string])[] = [
  [
    flowOf("one-sms", [
      ["api", "api.run"],
      ["send", "messaging.send", SMS],
    ]),
  ],
  [
    flowOf(
      "charged-sms",
      [
        ["api", "api.run"],
        ["send", "messaging.send", SMS],
        ["settle", "credits.deduct", { mode: "settle" }],
      ],
      [
        ["api", "next", "send"],
        ["send", "sent", "settle"],
      ],
    ),
  ],
  [
    flowOf("confirmed-sms", [
      ["api", "api.run"],
      ["send", "messaging.send", CONFIRMED],
    ]),
  ],
  [
    flowOf(
      "two-sms",
      [
        ["api", "api.run"],
        ["first", "messaging.send", SMS],
        ["second", "messaging.send", SMS],
      ],
      [
        ["api", "next", "first"],
        ["first", "sent", "second"],
      ],
    ),
  ],
  [
    flowOf(
      "replies",
      [
        ["api", "api.run"],
        ["send", "messaging.send", SMS],
        ["reply", "core.reply", { status: 200, json: { sent: true } }],
        ["sorry", "core.reply", { status: 200, json: { sent: false } }],
      ],
      [
        ["api", "next", "send"],
        ["send", "sent", "reply"],
        ["send", "error", "sorry"],
      ],
    ),
  ],
  [
    flowOf(
      "sleepy",
      [
        ["api", "api.run"],
        ["send", "messaging.send", SMS],
        ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
      ],
      [
        ["api", "next", "send"],
        ["send", "sent", "sleep"],
        ["send", "error", "sleep"],
      ],
    ),
  ],
  [
    flowOf(
      "looks",
      [
        ["api", "api.run"],
        ["look", "twilio.lookup", { number: "{{ contact.phone }}" }],
        ["send", "messaging.send", SMS],
      ],
      [
        ["api", "next", "look"],
        ["look", "mobile", "send"],
      ],
    ),
  ],
  [
    flowOf(
      "menu",
      [
        ["call", "twilio.incoming-call"],
        ["ask", "twilio.gather", { prompt: { text: "Marque uno" }, digitPorts: ["1"] }],
        ["thanks", "twilio.say", { text: "Gracias" }],
      ],
      [
        ["call", "next", "ask"],
        ["ask", "1", "thanks"],
      ],
    ),
    menu,
  ],
  [
    flowOf(
      "slow-menu",
      [
        ["call", "twilio.incoming-call"],
        ["look", "twilio.lookup", { number: "{{ trigger.call.from }}" }],
        ["ask", "twilio.gather", { prompt: { text: "Marque uno" }, digitPorts: ["1"] }],
        ["thanks", "twilio.say", { text: "Gracias" }],
      ],
      [
        ["call", "next", "look"],
        ["look", "mobile", "ask"],
        ["ask", "1", "thanks"],
      ],
    ),
    missed,
  ],
  [
    flowOf(
      "main",
      [
        ["call", "twilio.incoming-call"],
        ["look", "twilio.lookup", { number: "{{ trigger.call.from }}" }],
        ["send", "messaging.template", WHATSAPP],
        ["settle", "credits.deduct", { mode: "settle" }],
        ["thanks", "twilio.say", { text: "Le hemos escrito" }],
        ["sorry", "twilio.say", { text: "No sabemos si le llegó" }],
      ],
      [
        ["call", "next", "look"],
        ["look", "mobile", "send"],
        ["send", "sent", "settle"],
        ["settle", "deducted", "thanks"],
        ["send", "error", "sorry"],
      ],
    ),
    shared,
  ],
  [
    flowOf(
      "passes-on",
      [
        ["call", "twilio.incoming-call"],
        ["dial", "twilio.connect-call", { target: "store_mobile", timeoutSeconds: 15 }],
        ["bye", "twilio.say", { text: "Gracias" }],
      ],
      [
        ["call", "next", "dial"],
        ["dial", "completed", "bye"],
      ],
    ),
    landline,
  ],
];

async function startRun(stage: CrashWorld, flow: string, phone: string): Promise<void> {
  const key = randomUUID();
  const started = async () => {
    const { status, body } = await apiRequest(stage, `/flows/${flow}/runs`, { contact: { phone } }, key);
    return { status, body: JSON.parse(body).runId };
  };
  await untilAnswered(`the start of ${flow}`, started);
}

/** The vendor says that the call is over. */
async function callOver(world: World, sid: string, from: string, to: string): Promise<void> {
  const over = {
    ...callForm(sid, from, to),
    CallStatus: "completed",
    CallDuration: "70",
    SequenceNumber: "0",
  };
  await callRequest(world, "/hooks/twilio/voice/status", over);
}

export async function runOf({ connection }: World, phone: string) {
  const [row] = await inspect<{ id: string; status: string; node: string | null; ended_at: Date | null }>(
    connection,
    "select id, status, state->'wait'->>'nodeId' as node, ended_at from runs where contact_phone = $1",
    [phone],
  );
  return row ?? null;
}

function inProgress(sid: string) {
  return { CallSid: sid, CallStatus: "in-progress" };
}

function newSid(): string {
  return `CA${randomUUID().replaceAll("-", "")}`;
}

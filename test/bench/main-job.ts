import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import twilio from "twilio";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { expectedSignature } from "../../plugins/twilio/signature.ts";
import { startChild } from "./child.ts";
import { measure, openClient } from "./load.ts";
import type { BenchRow } from "./run.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const CONNECTIONS = 8;

/** The main job, from the call's webhook to its TwiML; beside a bare loop of the same two SDK calls, storing nothing. */
export async function mainJob(): Promise<BenchRow[]> {
  const engine = await startChild("engine-child.ts", [
    await mkdtemp(path.join(tmpdir(), "centralita-bench-")),
  ]);
  const { twilioUrl = "", accountSid = "", authToken = "" } = engine.info;
  const sdk = twilio(accountSid, authToken);
  sdk.api.baseUrl = twilioUrl;
  sdk.lookups.baseUrl = twilioUrl;
  let caller = 0;
  const nextCaller = () => `+573${String(100_000_000 + (caller++ % 99_000_000)).padStart(9, "0")}`;
  const bare = await measure(CONNECTIONS, SECONDS, async () => {
    const to = nextCaller();
    await sdk.lookups.v2.phoneNumbers(to).fetch({ fields: "line_type_intelligence" });
    await sdk.messages.create({
      from: `whatsapp:${DEMO.numbers.shared}`,
      to: `whatsapp:${to}`,
      contentSid: `HX${"0".repeat(32)}`,
      contentVariables: JSON.stringify({ 1: "Ana" }),
    });
  });
  const client = openClient(CONNECTIONS);
  const url = `${engine.url}/hooks/twilio/voice`;
  const ours = await measure(CONNECTIONS, SECONDS, async () => {
    const params = {
      CallSid: `CA${randomBytes(16).toString("hex")}`,
      AccountSid: accountSid,
      From: nextCaller(),
      To: DEMO.numbers.shared,
      CallStatus: "ringing",
      ApiVersion: "2010-04-01",
      Direction: "inbound",
      FromCity: "Bogotá",
      FromState: "Bogotá D.C.",
      FromCountry: "CO",
    };
    const answer = await client.post(
      url,
      {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": expectedSignature(authToken, url, params),
      },
      new URLSearchParams(params).toString(),
    );
    if (answer.status !== 200 || answer.body.includes("Redirect"))
      throw new Error(`the call was answered with ${answer.status}: ${answer.body}`);
  });
  client.close();
  await engine.stop();
  return [
    {
      what: `main job, ${CONNECTIONS} calls at once`,
      unit: "jobs/s",
      ours: ours.perSecond,
      yardstick: bare.perSecond,
      ratio: ours.perSecond / bare.perSecond,
      p50Ms: ours.p50Ms,
      p99Ms: ours.p99Ms,
      notes: `bare loop p50 ${bare.p50Ms.toFixed(1)} p99 ${bare.p99Ms.toFixed(1)} ms; ours also stores, routes, charges and hears the status callbacks`,
    },
  ];
}

/** Each way a simulated flow can begin, as the outside world would begin it. */
import type { MetaEmulator } from "../../plugins/meta/emulator/meta-emulator.ts";
import type { CallerGeo } from "../../plugins/twilio/emulator/call-session.ts";
import type { PhoneInput } from "../../plugins/twilio/emulator/callees.ts";
import type { TalkHand } from "../../plugins/twilio/emulator/sockets/talk-hand.ts";
import type { FlowNode } from "../core/flow.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { TalkStep } from "../core/talk.ts";
import { AppError } from "../errors.ts";
import { EventBody, reportEvent } from "../http/events.ts";
import { SendMessageBody } from "../http/message-schemas.ts";
import { sendOneMessage } from "../http/send-message.ts";
import { StartRunBody, startRun } from "../http/start-run.ts";
import { newId } from "../ids.ts";
import type { Centralita } from "../main.ts";
import { startAtMoment } from "../runtime/schedules.ts";
import type { Version } from "../runtime/versions.ts";
import { listNumbers } from "../store/directory.ts";
import { readFlow } from "../store/flows.ts";
import { bodyOf } from "./body-of.ts";
import { emulatedTwilio, type RungCall, ringNumber } from "./ring.ts";
import { newestRunOf, runOfMessage } from "./runs-of.ts";

export interface Play {
  readonly flow: string;
  readonly from: string;
  readonly to?: string;
  /** Keys and words of the caller, one for each prompt; the first words are the text of a message. */
  readonly inputs: readonly PhoneInput[];
  /** What the caller does where an agent talks: by a script, or as somebody decides meanwhile. */
  readonly talk?: readonly TalkStep[];
  readonly hand?: TalkHand;
  readonly geo: CallerGeo;
  /** Input of a flow started by the API, or called by another. */
  readonly request: JsonObject;
  /** What the ERP reports; what it leaves out is as the flow's trigger wants it. */
  readonly event?: JsonObject;
  /** Body sent to the flow's secret address. */
  readonly webhook?: Json;
  /** A message of the API, for flows that hear what became of it. */
  readonly message?: JsonObject;
}

/** A flow about to be played, and the trigger it is to begin with. */
export interface Beginning {
  readonly app: Centralita;
  readonly tenantId: string;
  readonly play: Play;
  readonly version: Version;
  readonly trigger: FlowNode;
}

export interface Begun {
  readonly runId: string | null;
  readonly call: RungCall | null;
}

type Start = (beginning: Beginning) => Promise<Begun>;

/** In the order in which they are looked for. */
export const STARTS: Readonly<Record<string, Start>> = {
  "twilio.incoming-call": call,
  "twilio.incoming-message": message,
  "meta.incoming-message": message,
  "api.run": request,
  "http.webhook": webhook,
  "data.event": event,
  "core.schedule": schedule,
  "messaging.status": status,
};

async function call(beginning: Beginning): Promise<Begun> {
  const { app, tenantId, play } = beginning;
  const { e164: to } = await numberOf(beginning, "voice_flow_key");
  const { from, geo, inputs, talk, hand } = play;
  const script = { inputs, ...(talk ? { talk } : {}), ...(hand ? { hand } : {}) };
  const rung = await ringNumber(app, tenantId, { from, to, geo, script });
  return { runId: rung.runId, call: rung };
}

async function message(beginning: Beginning): Promise<Begun> {
  const { app, tenantId, play } = beginning;
  const number = await numberOf(beginning, "message_flow_key");
  const { from } = play;
  const body = wordsOf(play.inputs);
  const ref =
    number.provider === "meta"
      ? await writeToMeta(app, { from, text: body, ...metaNumber(number) })
      : (await emulatedTwilio(app).receiveMessage({ from, to: number.e164, body })).sid;
  return silent(await runOfMessage(app, tenantId, ref));
}

async function request({ app, tenantId, play }: Beginning): Promise<Begun> {
  const body = bodyOf(app, StartRunBody, "--input", {
    input: play.request,
    ...(play.from.startsWith("+") ? { contact: { phone: play.from } } : {}),
  });
  const order = { caller: simulating(tenantId), flowKey: play.flow, body, headerKey: undefined, waitMs: 0 };
  const answer = await startRun(app.runtime, app.engine, order);
  return silent(answer.headers["x-run-id"] ?? null);
}

async function webhook({ app, tenantId, play }: Beginning): Promise<Begun> {
  const row = await app.db.asTenant(tenantId, (scope) => readFlow(scope, play.flow));
  const answer = await fetch(`${app.url}/hooks/in/${row?.hook_key}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(play.webhook ?? {}),
  });
  const runId = answer.headers.get("x-run-id");
  if (runId !== null) return silent(runId);
  const said = await answer.text();
  throw new AppError(
    "INPUT_INVALID",
    `The webhook of "${play.flow}" answered ${answer.status} and started nothing: ${said}`,
    { flow: play.flow, status: answer.status },
  );
}

async function event({ app, tenantId, play, trigger }: Beginning): Promise<Begun> {
  const { module, event: name } = trigger.data.params;
  const wanted = { module: module ?? "", event: name || "anything" };
  const body = bodyOf(app, EventBody, "--event", { ...wanted, ...play.event });
  const runs = await reportEvent(app.runtime, app.engine, { tenantId, body, key: newId("request") });
  const own = runs.find((run) => run.flow === play.flow);
  if (own) return silent(own.runId);
  throw new AppError(
    "INPUT_INVALID",
    `The flow "${play.flow}" does not listen to ${body.module} ${body.event}; it expects ${wanted.module} ${wanted.event}.`,
    { flow: play.flow },
  );
}

async function schedule({ app, tenantId, version, trigger }: Beginning): Promise<Begun> {
  const { tenant } = await app.runtime.directory.of(tenantId);
  const { timezone } = trigger.data.params;
  const taken = await startAtMoment(
    app.engine,
    {
      tenantId,
      version,
      nodeId: trigger.id,
      timezone: typeof timezone === "string" && timezone !== "" ? timezone : tenant.timezone,
      lastAt: null,
    },
    new Date(app.runtime.clock.now().getTime() + tenant.clock_offset_ms),
  );
  return silent("runId" in taken ? taken.runId : null);
}

/** The message goes out, and what becomes of it starts the flow. */
async function status({ app, tenantId, play }: Beginning): Promise<Begun> {
  if (!play.message)
    throw new AppError(
      "INPUT_INVALID",
      `The flow "${play.flow}" hears what became of a message; say which one is sent with --message.`,
      { flow: play.flow },
    );
  const before = await newestRunOf(app, tenantId, play.flow);
  const body = bodyOf(app, SendMessageBody, "--message", play.message);
  const caller = simulating(tenantId);
  await sendOneMessage(app.runtime, app.engine, {
    caller,
    trigger: "api.message",
    body,
    headerKey: undefined,
  });
  await emulatedTwilio(app).idle();
  const after = await newestRunOf(app, tenantId, play.flow);
  return silent(after === before ? null : after);
}

interface OwnNumber {
  readonly e164: string;
  readonly provider: string;
  readonly provider_id: string | null;
}

async function numberOf(
  { app, tenantId, play }: Beginning,
  column: "voice_flow_key" | "message_flow_key",
): Promise<OwnNumber> {
  const numbers = await app.db.asTenant(tenantId, listNumbers);
  const number = numbers.find((candidate) =>
    play.to === undefined ? candidate[column] === play.flow : candidate.e164 === play.to,
  );
  if (number) return number;
  if (play.to !== undefined) return { e164: play.to, provider: "twilio", provider_id: null };
  throw new AppError("INPUT_INVALID", `No number is bound to the flow "${play.flow}"; name one with --to.`, {
    flow: play.flow,
  });
}

function metaNumber({ e164, provider_id }: OwnNumber) {
  return { phoneNumberId: provider_id ?? "", displayPhoneNumber: e164 };
}

/** @throws AppError CONFIG_INVALID when the real one is configured */
async function writeToMeta(app: Centralita, draft: Parameters<MetaEmulator["receiveMessage"]>[0]) {
  if (!app.emulators.meta)
    throw new AppError(
      "CONFIG_INVALID",
      "Messages can only be simulated through the emulated Meta; start with EMULATORS=on.",
      { variable: "EMULATORS" },
    );
  return (await (app.emulators.meta as MetaEmulator).receiveMessage(draft)).ref;
}

function silent(runId: string | null): Begun {
  return { runId, call: null };
}

function simulating(tenantId: string) {
  return { by: "simulate", tenantId, scopes: ["*"], person: null };
}

function wordsOf(inputs: readonly PhoneInput[]): string {
  const first = inputs[0];
  return typeof first === "string" ? first : (first?.speech ?? "Hola");
}

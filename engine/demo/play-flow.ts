import type { CallerGeo } from "../../plugins/twilio/emulator/call-session.ts";
import type { PhoneInput } from "../../plugins/twilio/emulator/callees.ts";
import type { JsonObject } from "../core/json.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Centralita } from "../main.ts";
import { deliveryHash } from "../runtime/delivery-hash.ts";
import { listNumbers } from "../store/directory.ts";
import { balances, reportRun, type SimulationReport } from "./report.ts";
import { atRest, emulatedTwilio, ringNumber } from "./ring.ts";

export interface Play {
  readonly flow: string;
  readonly from: string;
  readonly to?: string;
  /** Keys and words of the caller, one for each prompt; the first words are the text of a message. */
  readonly inputs: readonly PhoneInput[];
  readonly geo: CallerGeo;
  /** Input of a flow started by the API. */
  readonly request: JsonObject;
}

/**
 * Starts a published flow the way its trigger says (a call, a message, a request) and reports what it did.
 * @throws AppError NOT_FOUND when the flow is not published, INPUT_INVALID when nothing here can start it
 */
export async function playFlow(app: Centralita, tenantId: string, play: Play): Promise<SimulationReport> {
  const version = await app.runtime.versions.published(tenantId, play.flow);
  if (!version)
    throw new AppError("NOT_FOUND", `There is no published flow "${play.flow}".`, { flow: play.flow });
  const before = await balances(app, tenantId);
  const types = version.graph.flow.nodes.map((node) => node.type);
  if (types.includes("twilio.incoming-call")) {
    const to = play.to ?? (await boundNumber(app, tenantId, play.flow, "voice_flow_key"));
    const call = await ringNumber(app, tenantId, {
      from: play.from,
      to,
      geo: play.geo,
      script: { inputs: play.inputs },
    });
    return reportRun(app, tenantId, call.runId, call, before);
  }
  if (types.includes("twilio.incoming-message")) {
    const to = play.to ?? (await boundNumber(app, tenantId, play.flow, "message_flow_key"));
    const { sid } = await emulatedTwilio(app).receiveMessage({
      from: play.from,
      to,
      body: wordsOf(play.inputs),
    });
    return reportRun(
      app,
      tenantId,
      await settled(app, tenantId, await runOfMessage(app, tenantId, sid)),
      null,
      before,
    );
  }
  const trigger = version.graph.flow.nodes.find((node) => node.type === "api.run");
  if (!trigger)
    throw new AppError(
      "INPUT_INVALID",
      `The flow "${play.flow}" is started neither by a call, nor by a message, nor by the API.`,
      { flow: play.flow },
    );
  const id = newId("delivery");
  const taken = await app.engine.start({
    tenantId,
    version,
    triggerNodeId: trigger.id,
    triggerType: "api.run",
    trigger: { input: play.request },
    contact: { phone: play.from, name: null },
    contactPhone: play.from,
    store: null,
    numberId: null,
    delivery: { id, source: "simulate", hash: deliveryHash("simulate", tenantId, id) },
    via: "json",
  });
  const runId = taken.kind === "taken" ? taken.runId : null;
  return reportRun(app, tenantId, await settled(app, tenantId, runId), null, before);
}

async function boundNumber(
  app: Centralita,
  tenantId: string,
  flow: string,
  column: "voice_flow_key" | "message_flow_key",
): Promise<string> {
  const numbers = await app.db.asTenant(tenantId, listNumbers);
  const number = numbers.find((candidate) => candidate[column] === flow);
  if (!number)
    throw new AppError("INPUT_INVALID", `No number is bound to the flow "${flow}"; name one with --to.`, {
      flow,
    });
  return number.e164;
}

async function settled(app: Centralita, tenantId: string, runId: string | null): Promise<string | null> {
  if (runId) await atRest(app, tenantId, runId);
  await emulatedTwilio(app).idle();
  return runId;
}

async function runOfMessage(app: Centralita, tenantId: string, sid: string): Promise<string | null> {
  const row = await app.db.asTenant(tenantId, ({ sql }) =>
    sql("messages")
      .where({ "messages.tenant_id": tenantId, "messages.provider_ref": sid })
      // It has just come; older days need not be looked into.
      .where("messages.created_at", ">", new Date(Date.now() - 60 * 60_000))
      .first("messages.run_id"),
  );
  return row?.run_id ?? null;
}

function wordsOf(inputs: readonly PhoneInput[]): string {
  const first = inputs[0];
  return typeof first === "string" ? first : (first?.speech ?? "Hola");
}

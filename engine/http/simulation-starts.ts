import type { FlowNode } from "../core/flow.ts";
import { isRecord } from "../core/plain-data.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Static, Text, TSchema } from "../plugin-api.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { startAtMoment } from "../runtime/schedules.ts";
import type { StartAt } from "../runtime/simulations/session.ts";
import { EventBody, reportEvent } from "./events.ts";
import { SendMessageBody } from "./message-schemas.ts";
import { sendOneMessage } from "./send-message.ts";
import { StartRunBody, startRun } from "./start-run.ts";

type Place = Parameters<StartAt>[0];

interface Beginning {
  readonly runtime: Runtime;
  readonly engine: Engine;
  readonly place: Place;
  readonly node: FlowNode;
}

/** Each way a flow begins that is neither a call nor a message: through the same door as outside. */
const STARTS: Readonly<Record<string, (beginning: Beginning) => Promise<unknown>>> = {
  "api.run": request,
  "http.webhook": webhook,
  "data.event": event,
  "core.schedule": schedule,
  "messaging.status": status,
};

/** @throws AppError INPUT_INVALID where nothing begins there, or not with such an input */
export async function startAt(runtime: Runtime, engine: Engine, place: Place): Promise<void> {
  const node = place.flow.nodes.find(({ id }) => id === place.order.trigger);
  const start = node && STARTS[node.type];
  if (!node || !start)
    throw refusal({
      en: `"${place.order.trigger}" is no trigger that can be started; it must be one of ${Object.keys(STARTS).join(", ")}.`,
      es: `«${place.order.trigger}» no es un disparador que se pueda iniciar; debe ser uno de ${Object.keys(STARTS).join(", ")}.`,
    });
  await start({ runtime, engine, place, node });
}

/** `input` is the run's input; or, with a `contact` beside it, the body of the API. */
async function request({ runtime, engine, place }: Beginning): Promise<void> {
  const { input } = place.order;
  const whole = isRecord(input.input) && isRecord(input.contact) ? input : { input };
  const body = checked(runtime, StartRunBody, whole);
  const caller = playing(place.tenantId);
  await startRun(runtime, engine, { caller, flowKey: place.flow.key, body, headerKey: undefined, waitMs: 0 });
}

/** The body that is posted to the flow's secret address. */
async function webhook({ runtime, place }: Beginning): Promise<void> {
  const answer = await fetch(`${runtime.settings.publicUrl}/hooks/in/${place.hookKey}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(place.order.input),
  });
  const said = await answer.text();
  if (answer.ok || answer.headers.get("x-run-id") !== null) return;
  throw refusal({
    en: `The webhook answered ${answer.status}: ${said.slice(0, 500)}`,
    es: `El webhook respondió ${answer.status}: ${said.slice(0, 500)}`,
  });
}

/** What the ERP reports; what is left out is as the flow's trigger wants it. */
async function event({ runtime, engine, place, node }: Beginning): Promise<void> {
  const { module, event: name } = node.data.params;
  const wanted = { module: module ?? "", event: name || "anything" };
  const { input } = place.order;
  const isWhole = ["module", "event", "payload", "contact"].some((field) => field in input);
  const body = checked(runtime, EventBody, { ...wanted, ...(isWhole ? input : { payload: input }) });
  const { tenantId } = place;
  const runs = await reportEvent(runtime, engine, { tenantId, body, key: newId("request") });
  if (runs.some(({ flow }) => flow === place.flow.key)) return;
  throw refusal({
    en: `The flow does not listen to ${body.module} ${body.event}.`,
    es: `El flujo no escucha ${body.module} ${body.event}.`,
  });
}

/** Its moment has come. */
async function schedule({ runtime, engine, place, node }: Beginning): Promise<void> {
  const { tenantId, flow } = place;
  const { tenant } = await runtime.directory.of(tenantId);
  const version = await runtime.versions.published(tenantId, flow.key);
  if (!version) throw new AppError("NOT_FOUND", `There is no published flow "${flow.key}".`);
  const { timezone: own } = node.data.params;
  const timezone = typeof own === "string" && own !== "" ? own : tenant.timezone;
  const now = new Date(runtime.clock.now().getTime() + tenant.clock_offset_ms);
  await startAtMoment(engine, { tenantId, version, nodeId: node.id, timezone, lastAt: null }, now);
}

/** A message goes out with this body of the API, and what becomes of it starts the flow. */
async function status({ runtime, engine, place }: Beginning): Promise<void> {
  const body = checked(runtime, SendMessageBody, place.order.input);
  const caller = playing(place.tenantId);
  await sendOneMessage(runtime, engine, { caller, trigger: "api.message", body, headerKey: undefined });
}

function checked<T extends TSchema>({ validator }: Runtime, schema: T, given: unknown): Static<T> {
  const violations = validator.violations(schema, given);
  if (violations.length === 0) return given as Static<T>;
  const words = violations.slice(0, 3).map(({ path, message }) => `${path} ${message}`);
  throw new AppError("INPUT_INVALID", `The input is not what is expected: ${words.join("; ")}.`, {
    violations,
  });
}

function refusal(sentence: Text): AppError {
  return new AppError("INPUT_INVALID", sentence.en, { sentence });
}

function playing(tenantId: string) {
  return { by: "simulation", tenantId, scopes: ["*"], person: null };
}

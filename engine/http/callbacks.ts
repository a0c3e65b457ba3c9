/**
 * Signed addresses that wake one wait.
 *
 *   T7 an address is worked out from run, node and visit, and signed; nothing of it is stored.
 *   T8 one call counts; the same call again is answered as it was, another is told that it comes second.
 *   T9 opening the address does nothing, unless the node says so.
 */
import { Type } from "typebox";
import type { FlowNode } from "../core/flow.ts";
import type { JsonObject } from "../core/json.ts";
import { asLocale } from "../core/locale.ts";
import { isRecord } from "../core/plain-data.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { HttpAnswer, WebhookRequest } from "../plugin-api.ts";
import { type CallbackTarget, callbackTarget } from "../runtime/callbacks.ts";
import { deliveryHash } from "../runtime/delivery-hash.ts";
import type { Engine, Taken } from "../runtime/engine.ts";
import { type CheckInput, createInputCheck } from "../runtime/input-schema.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type DeliveryRow, loadRun } from "../store/runs.ts";
import { confirmPage, thanksPage } from "./callback-page.ts";
import { hashOf } from "./canonical-json.ts";
import { hookTrigger } from "./hook-body.ts";
import { json } from "./reply.ts";
import { type Method, publicRoute, type Route } from "./route.ts";
import { counting } from "./webhooks.ts";

// What one step may carry along.
const LIMIT_BYTES = 128 * 1024;
const METHODS: readonly Method[] = ["get", "post", "put", "patch", "delete"];
const Received = Type.Object({ runId: Type.String(), nodeId: Type.String(), received: Type.Literal(true) });

/** The addresses that `{{ callbacks.<id> }}` gives. */
export function callbackRoutes(runtime: Runtime, engine: Engine, metrics: Metrics): readonly Route[] {
  const checkBody = createInputCheck(runtime.validator);
  const handler = counting(metrics, "callback/:token", (request) =>
    handleCallback({ runtime, engine, checkBody }, request),
  );
  return METHODS.map((method) =>
    publicRoute({
      id: `${method}Callback`,
      method,
      path: "/hooks/callback/:token",
      tag: "Callbacks",
      summary:
        method === "get"
          ? "A page that asks to confirm; the callback itself where its node allows it"
          : "Wake the run that waits for this callback (core.wait-for-callback)",
      public: "the address is signed, and made for one step of one run",
      params: Type.Object({ token: Type.String({ maxLength: 300 }) }),
      bodyLimitBytes: LIMIT_BYTES,
      responses: {
        ...(method === "get" ? { 200: { description: "The page." } } : {}),
        202: { description: "It is stored, and the run goes on.", schema: Received },
      },
      errors: [
        "SIGNATURE_INVALID",
        "BODY_MALFORMED",
        "INPUT_INVALID",
        "CALLBACK_METHOD",
        "CALLBACK_TAKEN",
        "CALLBACK_EXPIRED",
      ],
      handler,
    }),
  );
}

interface Tools {
  readonly runtime: Runtime;
  readonly engine: Engine;
  readonly checkBody: CheckInput;
}

/** What a token leads to. */
interface Place extends CallbackTarget {
  readonly tenantId: string;
  readonly node: FlowNode;
  readonly locale: "en" | "es";
}

async function handleCallback(tools: Tools, request: WebhookRequest): Promise<HttpAnswer> {
  const place = await placeOf(tools.runtime, request.params.token ?? "");
  if (request.method === "GET" && place.node.data.params.allowGet !== true) return confirmPage(place.locale);
  refuseMethod(place, request.method);
  const output = hookTrigger(request);
  refuseBody(tools.checkBody, place, output);
  const delivery = deliveryOf(place, output);
  const taken = await resume(tools.engine, place, output, delivery);
  if (taken.kind === "ignored") throw expired(place);
  refuseSecond(taken, delivery);
  const wantsPage = (request.headers.accept ?? "").includes("text/html");
  const { runId, nodeId } = place;
  return wantsPage ? thanksPage(place.locale) : json(202, { runId, nodeId, received: true });
}

/** @throws AppError SIGNATURE_INVALID, CALLBACK_EXPIRED when the run is no longer kept */
async function placeOf(runtime: Runtime, token: string): Promise<Place> {
  const target = callbackTarget(runtime, token);
  if (!target)
    throw new AppError("SIGNATURE_INVALID", "The signature of this callback address does not hold.");
  const run = await loadRun(runtime.db, target.runId);
  const version = run && (await runtime.versions.byId(run.tenantId, run.flowVersionId));
  const node = version?.graph.node(target.nodeId);
  if (!run || !version || !node) throw expired(target);
  const { tenant } = await runtime.directory.of(run.tenantId);
  const locale = asLocale(version.graph.flow.settings.locale ?? tenant.locale).startsWith("es") ? "es" : "en";
  return { ...target, tenantId: run.tenantId, node, locale };
}

function resume(engine: Engine, place: Place, output: JsonObject, delivery: DeliveryRow): Promise<Taken> {
  const { tenantId, runId, nodeId, visit } = place;
  return engine.resume({
    tenantId,
    runId,
    key: `step:${runId}:${nodeId}:${visit}`,
    event: "received",
    output,
    delivery,
    via: null,
    keep: true,
  });
}

/** [T8] Known by its address alone; what it says tells a repetition from a second call. */
function deliveryOf({ tenantId, runId, nodeId, visit }: Place, output: JsonObject): DeliveryRow {
  const { method, query, body } = output;
  return {
    id: newId("delivery"),
    source: "callback",
    hash: deliveryHash("callback", tenantId, `${runId} ${nodeId} ${visit}`),
    fingerprint: hashOf({ method, query, body }),
  };
}

function refuseMethod({ node, nodeId }: Place, method: string): void {
  const { method: taken = "any" } = node.data.params;
  if (taken === "any" || taken === method || method === "GET") return;
  throw new AppError(
    "CALLBACK_METHOD",
    `Step "${nodeId}" takes ${String(taken)} at its callback address, not ${method}.`,
    { method: taken },
  );
}

function refuseBody(checkBody: CheckInput, { node, nodeId }: Place, { body = null }: JsonObject): void {
  const schema = node.data.params.body;
  if (!isRecord(schema) || Object.keys(schema).length === 0) return;
  const violations = checkBody(schema, body);
  if (violations.length === 0) return;
  const words = violations
    .slice(0, 3)
    .map(({ path, message }) => `${path.replace(/^\/input/, "/body")} ${message}`);
  throw new AppError(
    "INPUT_INVALID",
    `The body is not what step "${nodeId}" waits for: ${words.join("; ")}.`,
    { violations },
  );
}

/** [T8] */
function refuseSecond(taken: Taken, delivery: DeliveryRow): void {
  if (taken.kind !== "duplicate" || taken.fingerprint === delivery.fingerprint) return;
  throw new AppError(
    "CALLBACK_TAKEN",
    "This callback address was called before, with something else; the first call counts.",
  );
}

function expired({ runId, nodeId }: CallbackTarget): AppError {
  return new AppError(
    "CALLBACK_EXPIRED",
    `Step "${nodeId}" of run ${runId} no longer waits for its callback.`,
    { runId, nodeId },
  );
}

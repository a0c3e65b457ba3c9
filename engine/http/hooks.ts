import { Type } from "typebox";
import type { FlowNode } from "../core/flow.ts";
import type { JsonObject } from "../core/json.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { HttpAnswer, WebhookRequest } from "../plugin-api.ts";
import { deliveryHash } from "../runtime/delivery-hash.ts";
import type { Engine, StartRun } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Version } from "../runtime/versions.ts";
import { routeHook } from "../store/routing.ts";
import { awaitTaken, startedRun } from "./await-run.ts";
import { flowAnswer } from "./flow-answer.ts";
import { isAuthentic } from "./hook-auth.ts";
import { hookTrigger } from "./hook-body.ts";
import { json } from "./reply.ts";
import { type Method, publicRoute, type Route } from "./route.ts";
import { counting } from "./webhooks.ts";

const TRIGGER = "http.webhook";
const LIMIT_BYTES = 1024 * 1024;
const METHODS: readonly Method[] = ["get", "post", "put", "patch", "delete"];

const Taken = Type.Object({ runId: Type.String(), status: Type.Optional(Type.String()) });

/** The secret address of each flow, for whatever system wants to start it. */
export function hookRoutes(runtime: Runtime, engine: Engine, metrics: Metrics): readonly Route[] {
  const handler = counting(metrics, "in/:hookKey", (request) => handleHook(runtime, engine, request));
  return METHODS.map((method) =>
    publicRoute({
      id: `${method}Hook`,
      method,
      path: "/hooks/in/:hookKey",
      tag: "Generic webhook",
      summary: "Start the flow that has this secret address",
      public: "the address is secret, and the flow's trigger may ask for a password, a token or a signature",
      params: Type.Object({ hookKey: Type.String({ pattern: "^[A-Za-z0-9_-]{8,128}$" }) }),
      bodyLimitBytes: LIMIT_BYTES,
      headers: {
        "Idempotency-Key": {
          description: "The same key again starts nothing new; X-Request-Id does where it is absent.",
        },
      },
      responses: {
        200: {
          description: "What the flow answered, with the status it chose, where the trigger says `reply`.",
        },
        202: { description: "The request is stored and the run has begun.", schema: Taken },
      },
      errors: ["NOT_FOUND", "SIGNATURE_INVALID", "BODY_MALFORMED"],
      handler,
    }),
  );
}

async function handleHook(runtime: Runtime, engine: Engine, request: WebhookRequest): Promise<HttpAnswer> {
  const { tenantId, version, node } = await hookOf(runtime, request.params.hookKey ?? "");
  await refuseStrangers(runtime, tenantId, node, request);
  const replies = node.data.params.respond === "reply";
  const start = startOf(tenantId, version, node, request);
  const taken = await engine.start({ ...start, via: replies ? "json" : null });
  const { runId } = startedRun(taken);
  if (!replies) return json(202, { runId }, { "x-run-id": runId });
  const result = await awaitTaken(runtime, taken, Date.now() + runtime.settings.answerWithinMs);
  if (result.kind === "answered") return flowAnswer(result.answer, runId);
  const { status, state } = result.run;
  const code = state.outcome ? (state.outcome.status === "succeeded" ? 200 : 500) : 202;
  return json(code, { runId, status }, { "x-run-id": runId });
}

/** @throws AppError NOT_FOUND; the same words whatever is missing, so that nobody learns which addresses exist */
async function hookOf(
  runtime: Runtime,
  hookKey: string,
): Promise<{ tenantId: string; version: Version; node: FlowNode }> {
  const nothing = new AppError("NOT_FOUND", "No published flow listens at this address.");
  const target = await routeHook(runtime.db, hookKey);
  if (!target) throw nothing;
  const { tenant } = await runtime.directory.of(target.tenantId);
  if (tenant.status !== "active") throw nothing;
  const version = await runtime.versions.published(target.tenantId, target.flowKey);
  const node = version?.graph.flow.nodes.find((candidate) => candidate.type === TRIGGER);
  if (!version || !node) throw nothing;
  return { tenantId: target.tenantId, version, node };
}

/** @throws AppError SIGNATURE_INVALID, CREDENTIAL_MISSING */
async function refuseStrangers(
  runtime: Runtime,
  tenantId: string,
  node: FlowNode,
  request: WebhookRequest,
): Promise<void> {
  const { auth = "none", credential } = node.data.params;
  if (auth === "none") return;
  const ref = typeof credential === "string" && credential !== "" ? credential : undefined;
  const fields = await runtime.secrets.open(tenantId, "http.auth", ref);
  const isKnown =
    (auth === "basic" || auth === "bearer" || auth === "hmac") && isAuthentic(auth, request, fields);
  if (!isKnown)
    throw new AppError(
      "SIGNATURE_INVALID",
      `This address asks for proof of the sender (${String(auth)}), and the request's does not hold.`,
    );
}

function startOf(
  tenantId: string,
  version: Version,
  node: FlowNode,
  request: WebhookRequest,
): Omit<StartRun, "via"> {
  const key = request.headers["idempotency-key"] ?? request.headers["x-request-id"] ?? newId("request");
  const contact: JsonObject = { id: null, phone: null, name: null };
  return {
    tenantId,
    version,
    triggerNodeId: node.id,
    triggerType: TRIGGER,
    trigger: hookTrigger(request),
    contact,
    contactPhone: null,
    store: null,
    numberId: null,
    delivery: {
      id: newId("delivery"),
      source: "http",
      hash: deliveryHash("http", tenantId, `${version.flowKey} ${key}`),
    },
  };
}

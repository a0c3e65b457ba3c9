import { type Static, Type } from "typebox";
import type { FlowNode } from "../core/flow.ts";
import type { JsonObject } from "../core/json.ts";
import { isRecord } from "../core/plain-data.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import { deliveryHash } from "../runtime/delivery-hash.ts";
import type { Engine, StartRun, Taken } from "../runtime/engine.ts";
import { redactOutcome } from "../runtime/redaction.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { PRIORITY } from "../runtime/segment.ts";
import type { Version } from "../runtime/versions.ts";
import type { Caller } from "./authenticate.ts";
import { awaitStart, existingRun, startedRun } from "./await-run.ts";
import { hashOf } from "./canonical-json.ts";
import { flowAnswer } from "./flow-answer.ts";
import { json } from "./reply.ts";
import { contactFor, RequestContact } from "./request-contact.ts";

const strict = { additionalProperties: false } as const;
export const IdempotencyKey = Type.String({
  minLength: 1,
  maxLength: 255,
  description: "As the header Idempotency-Key.",
});

export const StartRunBody = Type.Object(
  {
    input: Type.Optional(
      Type.Unsafe<JsonObject>({
        type: "object",
        description: "Checked against the schema of the flow's trigger.",
      }),
    ),
    contact: Type.Optional(RequestContact),
    idempotencyKey: Type.Optional(IdempotencyKey),
    version: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: "Absent: the published one." }),
    ),
    priority: Type.Optional(
      Type.Enum(["normal", "bulk"], {
        description:
          "`bulk` is queued and starts when nothing else of yours waits: for many runs at once that nobody waits for.",
      }),
    ),
  },
  strict,
);

export interface RunOrder {
  readonly caller: Caller;
  readonly flowKey: string;
  readonly body: Static<typeof StartRunBody>;
  readonly headerKey: string | undefined;
  /** How long the caller wants to wait for the outcome; 0: not at all. */
  readonly waitMs: number;
}

const TRIGGER = "api.run";

/** Starts a run for an API call, once for each idempotency key. */
export async function startRun(runtime: Runtime, engine: Engine, order: RunOrder): Promise<HttpAnswer> {
  const deadline = Date.now() + order.waitMs;
  const run = await prepare(runtime, order);
  const starting = engine.start(run).then((taken) => refuseOtherRequest(taken, run.delivery));
  if (order.waitMs === 0) {
    const { runId } = startedRun(await starting);
    return accepted(runId, (await existingRun(runtime, runId)).status);
  }
  const result = await awaitStart(runtime, starting, { deliveryId: run.delivery.id, deadline });
  if (result.kind === "answered") return flowAnswer(result.answer, result.runId);
  const { id, status, state } = result.run;
  if (!state.outcome) return accepted(id, status);
  const { name, error } = state.outcome;
  const output = redactOutcome(runtime.registry, run.version.graph, state);
  return json(200, { runId: id, status, outcome: name, output, ...(error ? { error } : {}) }, runHeaders(id));
}

async function prepare(runtime: Runtime, order: RunOrder): Promise<StartRun> {
  const { caller, flowKey, body, waitMs } = order;
  const { tenantId } = caller;
  await refuseSuspended(runtime, tenantId);
  const version = await versionOf(runtime, tenantId, flowKey, body.version);
  const node = triggerOf(version);
  const input = body.input ?? {};
  refuseInput(runtime, node, input);
  const delivery = deliveryOf(order, input);
  return {
    tenantId,
    version,
    triggerNodeId: node.id,
    triggerType: TRIGGER,
    trigger: { input },
    contact: await contactFor(runtime, tenantId, body.contact),
    contactPhone: body.contact?.phone ?? body.contact?.userId ?? null,
    store: null,
    numberId: null,
    delivery,
    via: waitMs > 0 ? "json" : null,
    ...(body.priority === "bulk" ? { priority: PRIORITY.bulk } : {}),
  };
}

/** A suspended tenant starts nothing, whoever asks. */
export async function refuseSuspended(runtime: Runtime, tenantId: string): Promise<void> {
  const { tenant } = await runtime.directory.of(tenantId);
  if (tenant.status === "active") return;
  throw new AppError("SCOPE_MISSING", "This tenant is suspended; its flows cannot be started.", {
    scope: "runs:write",
    tenant: tenant.status,
  });
}

async function versionOf(
  runtime: Runtime,
  tenantId: string,
  flowKey: string,
  number: number | undefined,
): Promise<Version> {
  const version = await runtime.versions.published(tenantId, flowKey, number);
  if (version) return version;
  const what =
    number === undefined ? `no published flow "${flowKey}"` : `no version ${number} of flow "${flowKey}"`;
  throw new AppError("NOT_FOUND", `There is ${what}.`);
}

function triggerOf({ graph, flowKey, number }: Version): FlowNode {
  const node = graph.flow.nodes.find((candidate) => candidate.type === TRIGGER);
  if (!node)
    throw new AppError(
      "INPUT_INVALID",
      `Version ${number} of flow "${flowKey}" has no ${TRIGGER} trigger, so the API cannot start it.`,
    );
  return node;
}

function refuseInput(runtime: Runtime, node: FlowNode, input: JsonObject): void {
  const schema = node.data.params.input;
  if (!isRecord(schema) || Object.keys(schema).length === 0) return;
  const violations = runtime.checkInput(schema, input);
  if (violations.length === 0) return;
  const words = violations.slice(0, 3).map(({ path, message }) => `${path} ${message}`);
  throw new AppError("INPUT_INVALID", `The input is not what the flow expects: ${words.join("; ")}.`, {
    violations,
  });
}

function deliveryOf(order: RunOrder, input: JsonObject): StartRun["delivery"] {
  const { caller, flowKey, body } = order;
  const key = idempotencyKeyOf(order) ?? newId("request");
  const request = { input, contact: body.contact ?? null, version: body.version ?? null };
  return {
    id: newId("delivery"),
    source: "api",
    hash: deliveryHash("api", caller.tenantId, `${flowKey} ${key}`),
    fingerprint: hashOf(request),
  };
}

/** @throws AppError INPUT_INVALID when header and body name different ones */
export function idempotencyKeyOf({
  headerKey,
  body,
}: {
  readonly headerKey: string | undefined;
  readonly body: { readonly idempotencyKey?: string };
}): string | undefined {
  const { idempotencyKey } = body;
  if (headerKey !== undefined && idempotencyKey !== undefined && headerKey !== idempotencyKey) {
    throw new AppError(
      "INPUT_INVALID",
      "The header Idempotency-Key and idempotencyKey in the body differ; send one, or the same twice.",
    );
  }
  if (headerKey !== undefined && (headerKey === "" || headerKey.length > 255)) {
    throw new AppError(
      "INPUT_INVALID",
      `Idempotency-Key has ${headerKey.length} characters; expected 1 to 255.`,
    );
  }
  return headerKey ?? idempotencyKey;
}

/** @throws AppError IDEMPOTENCY_CONFLICT when the key was used for another request */
export function refuseOtherRequest(taken: Taken, { fingerprint }: StartRun["delivery"]): Taken {
  if (taken.kind === "duplicate" && taken.fingerprint !== fingerprint) {
    throw new AppError(
      "IDEMPOTENCY_CONFLICT",
      `This idempotency key was used for a different request, which started run ${taken.runId}.`,
      { runId: taken.runId },
    );
  }
  return taken;
}

function accepted(runId: string, status: string): HttpAnswer {
  return json(202, { runId, status }, runHeaders(runId));
}

function runHeaders(runId: string): Record<string, string> {
  return { location: `/api/v1/runs/${runId}`, "x-run-id": runId };
}

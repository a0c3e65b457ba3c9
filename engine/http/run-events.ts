import { Type } from "typebox";
import type { Json } from "../core/json.ts";
import { signalKey } from "../core/signal.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { deliveryHash } from "../runtime/delivery-hash.ts";
import type { Engine, Taken } from "../runtime/engine.ts";
import { MAX_OUTPUT_BYTES } from "../runtime/perform.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type DeliveryRow, type LoadedRun, loadRun } from "../store/runs.ts";
import { existingRun, startedRun } from "./await-run.ts";
import { hashOf } from "./canonical-json.ts";
import { RunId } from "./fields.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { RunAccepted } from "./run-schemas.ts";
import { refuseOtherRequest, refuseSuspended } from "./start-run.ts";

const tag = "Runs";
const strict = { additionalProperties: false } as const;
const IdParams = Type.Object({ id: RunId });
const repeated = {
  "Idempotency-Key": { description: "The same key and request again do nothing new." },
};

/** What systems tell runs, and runs taken up again. */
export function runEventRoutes(runtime: Runtime, engine: Engine): readonly Route[] {
  return [signalRoute(runtime, engine), retryRoute(runtime, engine)];
}

function signalRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "signalRun",
    method: "post",
    path: "/api/v1/runs/:id/signal",
    tag,
    summary: "Send a run the signal it waits for, or will wait for (core.wait-for-signal)",
    scope: "runs:write",
    params: IdParams,
    body: Type.Object(
      {
        key: Type.String({ minLength: 1, maxLength: 100, description: "Name of the signal." }),
        payload: Type.Optional(Type.Unsafe<Json>({ description: "Any JSON; the step's output." })),
      },
      strict,
    ),
    headers: repeated,
    responses: { 202: { description: "It is stored, and taken or kept for its wait.", schema: RunAccepted } },
    errors: ["NOT_FOUND", "RUN_ENDED", "IDEMPOTENCY_CONFLICT", "BODY_TOO_LARGE"],
    async handler({ caller, params, body, headers }) {
      const { key, payload = null } = body;
      const run = await ownRun(runtime, caller.tenantId, params.id);
      refuseLarge(payload);
      const name = `${run.id} ${key} ${headers["idempotency-key"] ?? newId("request")}`;
      const delivery = deliveryOf("signal", caller.tenantId, name, { payload });
      const taken = await engine.resume({
        tenantId: caller.tenantId,
        runId: run.id,
        key: signalKey(run.id, key),
        event: "signal",
        output: { signal: key, payload },
        delivery,
        via: null,
        keep: true,
      });
      if (taken.kind === "ignored") throw ended(await existingRun(runtime, run.id));
      refuseOther(taken, delivery);
      return accepted(runtime, run.id);
    },
  });
}

function retryRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "retryRun",
    method: "post",
    path: "/api/v1/runs/:id/retry",
    tag,
    summary:
      "Take an ended run up again at a node, as a new run with what it knew; a step that sent something sends again",
    scope: "runs:write",
    params: IdParams,
    body: Type.Object(
      {
        fromNode: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 64,
            description: "Absent: where it failed, else where it stood. A trigger: from the start.",
          }),
        ),
        version: Type.Optional(
          Type.Enum(["same", "published"], {
            default: "same",
            description: "The flow version it ran with, or the one new runs get.",
          }),
        ),
      },
      strict,
    ),
    headers: repeated,
    responses: { 202: { description: "The new run.", schema: RunAccepted } },
    errors: ["NOT_FOUND", "RUN_OPEN", "NODE_UNKNOWN", "IDEMPOTENCY_CONFLICT"],
    async handler({ caller, params, body, headers }) {
      const { tenantId } = caller;
      await refuseSuspended(runtime, tenantId);
      const { fromNode, version = "same" } = body;
      const name = `retry ${params.id} ${headers["idempotency-key"] ?? newId("request")}`;
      const delivery = deliveryOf("api", tenantId, name, { fromNode: fromNode ?? null, version });
      const taken = await engine.retry({
        tenantId,
        runId: params.id,
        version,
        delivery,
        ...(fromNode === undefined ? {} : { fromNode }),
      });
      return accepted(runtime, startedRun(refuseOtherRequest(taken, delivery)).runId);
    },
  });
}

/** @throws AppError NOT_FOUND */
async function ownRun(runtime: Runtime, tenantId: string, runId: string): Promise<LoadedRun> {
  const run = await loadRun(runtime.db, runId);
  if (run?.tenantId === tenantId) return run;
  throw new AppError("NOT_FOUND", `There is no run ${runId}.`);
}

function deliveryOf(source: string, tenantId: string, name: string, request: object): DeliveryRow {
  const hash = deliveryHash(source, tenantId, name);
  return { id: newId("delivery"), source, hash, fingerprint: hashOf(request) };
}

/** A signal may also be kept; only a duplicate can be another request. */
function refuseOther(taken: Taken, delivery: DeliveryRow): void {
  if (taken.kind === "duplicate") refuseOtherRequest(taken, delivery);
}

function refuseLarge(payload: Json): void {
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  if (bytes <= MAX_OUTPUT_BYTES) return;
  throw new AppError(
    "BODY_TOO_LARGE",
    `The payload is ${bytes} bytes as JSON; a run carries ${MAX_OUTPUT_BYTES} at most.`,
    { bytes, maxBytes: MAX_OUTPUT_BYTES },
  );
}

function ended({ id, status }: LoadedRun): AppError {
  return new AppError("RUN_ENDED", `Run ${id} is over (${status}); nothing can be sent to it.`, { status });
}

async function accepted(runtime: Runtime, runId: string) {
  const { status } = await existingRun(runtime, runId);
  return json(202, { runId, status });
}

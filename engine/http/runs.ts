import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { chargesOfRun, creditsOfRun, creditsOfRuns } from "../store/credits.ts";
import type { TenantScope } from "../store/database.ts";
import { journalSince } from "../store/partitions.ts";
import {
  listEffects,
  listRuns,
  listWaits,
  messagesOfRun,
  type RunListRow,
  readJournal,
  readRun,
} from "../store/run-history.ts";
import { existingRun } from "./await-run.ts";
import { FlowKey, Limit, Moment, Phone, RunId } from "./fields.ts";
import { momentOf } from "./moment.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { ListedRun, RunAccepted, RunDetail, RunEnded, Status } from "./run-schemas.ts";
import { keptOf, type RunRecord, runDetail, runSummary } from "./run-views.ts";
import { StartRunBody, startRun } from "./start-run.ts";

const tag = "Runs";
const strict = { additionalProperties: false } as const;
const IdParams = Type.Object({ id: RunId });

const ListQuery = Type.Object(
  {
    flow: Type.Optional(FlowKey),
    status: Type.Optional(Status),
    deadLetter: Type.Optional(
      Type.Boolean({ description: "True: only runs that were given up as RUN_POISONED." }),
    ),
    contact: Type.Optional(Phone),
    from: Type.Optional(Moment),
    to: Type.Optional(Moment),
    parent: Type.Optional({
      ...RunId,
      description: "Children of this run. Absent: runs that are nobody's child.",
    }),
    cursor: Type.Optional(RunId),
    limit: Type.Optional(Limit),
  },
  strict,
);

const Wait = Type.Integer({
  minimum: 0,
  maximum: 30,
  default: 0,
  description: "Seconds to wait for the answer or the outcome.",
});

/** Starting runs and looking them up. */
export function runRoutes(runtime: Runtime, engine: Engine): readonly Route[] {
  return [
    startRunRoute(runtime, engine),
    listRunsRoute(runtime),
    readRunRoute(runtime),
    cancelRunRoute(runtime, engine),
    pauseRunRoute(runtime, engine),
    resumeRunRoute(runtime, engine),
    wakeRunRoute(runtime, engine),
  ];
}

function startRunRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "startRun",
    method: "post",
    path: "/api/v1/flows/:key/runs",
    tag,
    summary: "Start a run of a published flow",
    scope: "runs:write",
    params: Type.Object({ key: FlowKey }),
    query: Type.Object({ wait: Type.Optional(Wait) }, strict),
    body: StartRunBody,
    headers: {
      "Idempotency-Key": {
        description: "The same key and request again give the same run and the same answer.",
      },
    },
    responses: {
      200: {
        description:
          "It ended while you waited. Where the flow answered itself, its answer instead, with the status it chose.",
        schema: RunEnded,
      },
      202: { description: "It is under way.", schema: RunAccepted },
    },
    errors: ["NOT_FOUND", "INPUT_INVALID", "IDEMPOTENCY_CONFLICT"],
    async handler({ caller, params, query, body, headers }) {
      const waitMs = (query.wait ?? 0) * 1000;
      return startRun(runtime, engine, {
        caller,
        flowKey: params.key,
        body,
        headerKey: headers["idempotency-key"],
        waitMs,
      });
    },
  });
}

function listRunsRoute({ db }: Runtime): Route {
  return route({
    id: "listRuns",
    method: "get",
    path: "/api/v1/runs",
    tag,
    summary: "Runs, newest first",
    scope: "runs:read",
    query: ListQuery,
    responses: { 200: { description: "A page of runs.", schema: pageSchema(ListedRun) } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, from, to, deadLetter = false, ...filter } = query;
      const period = {
        ...(from ? { from: momentOf("from", from) } : {}),
        ...(to ? { to: momentOf("to", to) } : {}),
      };
      const { rows, credits } = await db.asTenant(caller.tenantId, async (scope) => {
        const rows = await listRuns(scope, {
          ...filter,
          ...period,
          deadLetter,
          after: cursor,
          limit: limit + 1,
        });
        const ids = rows.map(({ id }) => id);
        return { rows, credits: await creditsOfRuns(scope, ids) };
      });
      const view = (row: RunListRow) => ({ ...runSummary(row), credits: credits.get(row.id) ?? {} });
      return json(
        200,
        pageOf(rows, limit, (row) => row.id, view),
      );
    },
  });
}

function readRunRoute({ db, versions, registry, settings }: Runtime): Route {
  const simulated = new Set(settings.simulatedProviders);
  return route({
    id: "readRun",
    method: "get",
    path: "/api/v1/runs/:id",
    tag,
    summary: "A run with its steps, effects, waits, messages and cost",
    scope: "runs:read",
    params: IdParams,
    responses: { 200: { description: "All that is on record.", schema: RunDetail } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const record = await db.asTenant(caller.tenantId, (scope) => recordOf(scope, params.id));
      const version = await versions.byId(caller.tenantId, record.run.flow_version_id);
      const journal = keptOf(record.run, await journalSince(db));
      return json(200, runDetail(record, { version, registry, simulated, journal }));
    },
  });
}

function cancelRunRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "cancelRun",
    method: "post",
    path: "/api/v1/runs/:id/cancel",
    tag,
    summary: "Cancel a run; one that is in the middle of a step ends after it",
    scope: "runs:write",
    params: IdParams,
    responses: { 202: { description: "It is, or soon will be, cancelled.", schema: RunAccepted } },
    errors: ["NOT_FOUND", "RUN_ENDED"],
    async handler({ caller, params }) {
      await engine.cancel(caller.tenantId, params.id);
      const { id, status } = await existingRun(runtime, params.id);
      return json(202, { runId: id, status });
    },
  });
}

function pauseRunRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "pauseRun",
    method: "post",
    path: "/api/v1/runs/:id/pause",
    tag,
    summary: "Pause a run: it stops before its next step, a bulk before its next part",
    scope: "runs:write",
    params: IdParams,
    responses: {
      202: { description: "It stands still, or will after what is under way.", schema: RunAccepted },
    },
    errors: ["NOT_FOUND", "RUN_ENDED"],
    handler: ({ caller, params }) => setPaused(runtime, engine, caller.tenantId, params.id, true),
  });
}

function resumeRunRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "resumeRun",
    method: "post",
    path: "/api/v1/runs/:id/resume",
    tag,
    summary: "Let a paused run go on",
    scope: "runs:write",
    params: IdParams,
    responses: { 202: { description: "It goes on, or was not paused.", schema: RunAccepted } },
    errors: ["NOT_FOUND", "RUN_ENDED"],
    handler: ({ caller, params }) => setPaused(runtime, engine, caller.tenantId, params.id, false),
  });
}

function wakeRunRoute(runtime: Runtime, engine: Engine): Route {
  return route({
    id: "wakeRun",
    method: "post",
    path: "/api/v1/runs/:id/wake",
    tag,
    summary: "Let the time a waiting run waits for be over now: it goes on as if nobody had answered",
    scope: "runs:write",
    params: IdParams,
    responses: { 202: { description: "It is out of its wait, or did not wait.", schema: RunAccepted } },
    errors: ["NOT_FOUND", "RUN_ENDED"],
    async handler({ caller, params }) {
      await engine.wakeNow(caller.tenantId, params.id);
      const { id, status } = await existingRun(runtime, params.id);
      return json(202, { runId: id, status });
    },
  });
}

async function setPaused(runtime: Runtime, engine: Engine, tenantId: string, runId: string, paused: boolean) {
  await engine.pause(tenantId, runId, paused);
  const { id, status } = await existingRun(runtime, runId);
  return json(202, { runId: id, status });
}

/** @throws AppError NOT_FOUND */
async function recordOf(scope: TenantScope, runId: string): Promise<RunRecord> {
  const run = await readRun(scope, runId);
  if (!run) throw new AppError("NOT_FOUND", `There is no run ${runId}.`);
  return {
    run,
    journal: await readJournal(scope, run),
    effects: await listEffects(scope, runId),
    waits: await listWaits(scope, runId),
    messages: await messagesOfRun(scope, run),
    credits: await creditsOfRun(scope, runId),
    charges: await chargesOfRun(scope, runId),
    children: await listRuns(scope, { parent: runId, after: null, limit: 100 }),
  };
}

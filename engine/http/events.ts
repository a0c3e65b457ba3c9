import { type Static, Type } from "typebox";
import type { JsonObject } from "../core/json.ts";
import { newId } from "../ids.ts";
import { deliveryHash } from "../runtime/delivery-hash.ts";
import type { Engine, StartRun } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Version } from "../runtime/versions.ts";
import { startedRun } from "./await-run.ts";
import { hashOf } from "./canonical-json.ts";
import { json } from "./reply.ts";
import { contactFor, RequestContact } from "./request-contact.ts";
import { type Route, route } from "./route.ts";
import { refuseOtherRequest, refuseSuspended } from "./start-run.ts";

const TRIGGER = "data.event";
const strict = { additionalProperties: false } as const;

export const EventBody = Type.Object(
  {
    module: Type.String({ pattern: "^[a-z][a-z0-9_-]{0,39}$", description: "`pms`, `pos` …" }),
    event: Type.String({ pattern: "^[a-z][a-z0-9_.-]{0,79}$", description: "`reservation.confirmed` …" }),
    payload: Type.Optional(
      Type.Unsafe<JsonObject>({ type: "object", description: "`trigger.payload` of the flows." }),
    ),
    contact: Type.Optional(RequestContact),
  },
  strict,
);

const Started = Type.Object(
  {
    runs: Type.Array(Type.Object({ flow: Type.String(), runId: Type.String() }, strict), {
      description: "One for each published flow that listens to the event; none: nobody listens.",
    }),
  },
  strict,
);

type Runs = Static<typeof Started>["runs"];

export interface EventReport {
  readonly tenantId: string;
  readonly body: Static<typeof EventBody>;
  /** The same once more starts nothing again. */
  readonly key: string;
}

interface Happening extends EventReport {
  readonly contact: JsonObject;
}

/** What happens in the ERP, for every flow that listens. */
export function eventRoutes(runtime: Runtime, engine: Engine): readonly Route[] {
  return [
    route({
      id: "reportEvent",
      method: "post",
      path: "/api/v1/events",
      tag: "Events",
      summary:
        "Report an event of an ERP module: starts every published flow with a data.event trigger for it",
      scope: "runs:write",
      body: EventBody,
      headers: { "Idempotency-Key": { description: "The same key and event again start nothing new." } },
      responses: { 202: { description: "It is stored, and the flows have begun.", schema: Started } },
      errors: ["IDEMPOTENCY_CONFLICT"],
      async handler({ caller: { tenantId }, body, headers }) {
        await refuseSuspended(runtime, tenantId);
        const key = headers["idempotency-key"] ?? newId("request");
        return json(202, { runs: await reportEvent(runtime, engine, { tenantId, body, key }) });
      },
    }),
  ];
}

/** Starts every published flow that listens. @throws AppError IDEMPOTENCY_CONFLICT */
export async function reportEvent(runtime: Runtime, engine: Engine, report: EventReport): Promise<Runs> {
  const { tenantId, body } = report;
  const listeners = await listenersTo(runtime, tenantId, body);
  const contact = await contactFor(runtime, tenantId, body.contact);
  const runs: Runs = [];
  for (const listener of listeners) runs.push(await startListener(engine, { ...report, contact }, listener));
  return runs;
}

interface Listener {
  readonly version: Version;
  readonly nodeId: string;
}

async function listenersTo(
  runtime: Runtime,
  tenantId: string,
  { module, event }: Happening["body"],
): Promise<readonly Listener[]> {
  const flows = await runtime.versions.withTrigger(tenantId, TRIGGER);
  const listening = flows.filter(({ params }) => listens(params, module, event));
  // One of each flow, whichever of its triggers listens.
  const once = new Map(listening.toReversed().map((flow) => [flow.flowKey, flow]));
  const found = await Promise.all(
    [...once.values()].toReversed().map(async ({ flowKey, nodeId }) => {
      const version = await runtime.versions.published(tenantId, flowKey);
      return version?.graph.node(nodeId) ? [{ version, nodeId }] : [];
    }),
  );
  return found.flat();
}

function listens(params: JsonObject, module: string, event: string): boolean {
  return (
    params.module === module && (params.event === undefined || params.event === "" || params.event === event)
  );
}

async function startListener(
  engine: Engine,
  { tenantId, body, contact, key }: Happening,
  { version, nodeId }: Listener,
): Promise<{ flow: string; runId: string }> {
  const { module, event, payload = {} } = body;
  const delivery: StartRun["delivery"] = {
    id: newId("delivery"),
    source: "event",
    hash: deliveryHash("event", tenantId, `${version.flowKey} ${key}`),
    fingerprint: hashOf(body),
  };
  const taken = await engine.start({
    tenantId,
    version,
    triggerNodeId: nodeId,
    triggerType: TRIGGER,
    trigger: { module, event, payload },
    contact,
    contactPhone: body.contact?.phone ?? body.contact?.userId ?? null,
    store: null,
    numberId: null,
    delivery,
    via: null,
  });
  return { flow: version.flowKey, runId: startedRun(refuseOtherRequest(taken, delivery)).runId };
}

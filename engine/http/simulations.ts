import { Type } from "typebox";
import type { Flow } from "../core/flow.ts";
import { PERSONAS } from "../core/personas.ts";
import { Persona, SimulationAction, SimulationRequest, SimulationState } from "../core/simulation.ts";
import { AppError } from "../errors.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Simulations } from "../runtime/simulations/simulations.ts";
import { languageOf } from "./accept-language.ts";
import { Data } from "./fields.ts";
import type { CheckDocument } from "./flow-checks.ts";
import { refuseProblems } from "./flow-versions.ts";
import { existingFlow } from "./flows.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { startAt } from "./simulation-starts.ts";

const tag = "Simulations";
const PATH = "/api/v1/simulations";
const IdParams = Type.Object({
  id: Type.String({ pattern: "^sim_[0-9a-f]{32}$", description: "Id of a simulation." }),
});

export interface SimulationTools {
  readonly runtime: Runtime;
  readonly engine: Engine;
  readonly simulations: Simulations;
  readonly check: CheckDocument;
}

/** A flow, also one that nobody saved, tried on a phone and a chat beside it. */
export function simulationRoutes(tools: SimulationTools): readonly Route[] {
  const { simulations } = tools;
  return [
    startRoute(tools),
    personasRoute(),
    readRoute(simulations),
    scenarioRoute(simulations),
    actRoute(tools),
    endRoute(simulations),
  ];
}

function startRoute({ runtime, simulations, check }: SimulationTools): Route {
  return route({
    id: "startSimulation",
    method: "post",
    path: PATH,
    tag,
    summary: "Try a flow, or a draft that nobody saved, on emulated vendors",
    scope: "simulations:write",
    body: SimulationRequest,
    responses: {
      201: {
        description:
          "It is there. One of the same flow that the same caller had before is over; what is not used for half an hour ends by itself.",
        schema: SimulationState,
      },
    },
    errors: ["NOT_FOUND", "INPUT_INVALID", "FLOW_INVALID"],
    async handler({ caller, body, headers }) {
      const document = body.document ?? (await draftOf(runtime, caller.tenantId, body.flow));
      if (document.key !== body.flow)
        throw new AppError(
          "INPUT_INVALID",
          `The document's key is "${document.key}"; the simulation was asked for "${body.flow}".`,
        );
      refuseProblems(check(document, languageOf(headers["accept-language"])), "simulated");
      const { tenantId, by } = caller;
      const at = body.at === undefined ? null : new Date(body.at);
      const session = await simulations.start({ tenantId, by, document, at });
      return json(201, await session.state(), { location: `${PATH}/${session.id}` });
    },
  });
}

async function draftOf({ db }: Runtime, tenantId: string, key: string): Promise<Flow> {
  const row = await db.asTenant(tenantId, (scope) => existingFlow(scope, key));
  return row.draft;
}

function personasRoute(): Route {
  return route({
    id: "listPersonas",
    method: "get",
    path: `${PATH}/personas`,
    tag,
    summary: "People to be on the simulated phone",
    scope: "simulations:write",
    responses: {
      200: { description: "All of them.", schema: Type.Object({ items: Type.Array(Persona) }) },
    },
    async handler() {
      return json(200, { items: PERSONAS.map(({ reach: _reach, city: _city, ...persona }) => persona) });
    },
  });
}

function readRoute(simulations: Simulations): Route {
  return route({
    id: "readSimulation",
    method: "get",
    path: `${PATH}/:id`,
    tag,
    summary: "A simulation with everything that happened in it",
    scope: "simulations:write",
    params: IdParams,
    responses: { 200: { description: "The last 5,000 events.", schema: SimulationState } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      return json(200, await simulations.find(caller.tenantId, params.id).state());
    },
  });
}

function scenarioRoute(simulations: Simulations): Route {
  return route({
    id: "readSimulationScenario",
    method: "get",
    path: `${PATH}/:id/scenario`,
    tag,
    summary: "What happened in a simulation as a scenario, to be kept as a test of the flow",
    scope: "simulations:write",
    params: IdParams,
    responses: {
      200: {
        description: "As a file scenario.json of the flow, with one scenario.",
        schema: Type.Object({ flow: Type.String(), scenarios: Type.Array(Data) }),
      },
    },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const scenario = await simulations.find(caller.tenantId, params.id).scenario();
      if (!scenario) throw new AppError("NOT_FOUND", "Nothing has been begun in this simulation yet.");
      return json(200, scenario);
    },
  });
}

function actRoute({ runtime, engine, simulations }: SimulationTools): Route {
  return route({
    id: "actInSimulation",
    method: "post",
    path: `${PATH}/:id/actions`,
    tag,
    summary: "Do something as the person at the simulated phone",
    scope: "simulations:write",
    params: IdParams,
    body: SimulationAction,
    responses: {
      202: {
        description: "It is done; what comes of it are the events after this one.",
        schema: Type.Object({ seq: Type.Integer({ description: "The last event before it." }) }),
      },
    },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, params, body }) {
      const session = simulations.find(caller.tenantId, params.id);
      const seq = await session.act(body, (place) => startAt(runtime, engine, place));
      return json(202, { seq });
    },
  });
}

function endRoute(simulations: Simulations): Route {
  return route({
    id: "endSimulation",
    method: "delete",
    path: `${PATH}/:id`,
    tag,
    summary: "End a simulation; nothing of it is kept",
    scope: "simulations:write",
    params: IdParams,
    responses: { 204: { description: "It is gone." } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      await simulations.end(caller.tenantId, params.id);
      return noContent();
    },
  });
}

import type { FlowNode } from "../core/flow.ts";
import { AppError } from "../errors.ts";
import type { Centralita } from "../main.ts";
import type { Version } from "../runtime/versions.ts";
import { balances, reportRun, type SimulationReport } from "./report.ts";
import { atRest, emulatedTwilio } from "./ring.ts";
import { type Play, STARTS } from "./start-flow.ts";

/**
 * Starts a published flow the way its trigger says (a call, a message, a request, an event, the clock …) and reports
 * what it did.
 * @throws AppError NOT_FOUND when the flow is not published, INPUT_INVALID when nothing here can start it
 */
export async function playFlow(app: Centralita, tenantId: string, play: Play): Promise<SimulationReport> {
  const version = await app.runtime.versions.published(tenantId, play.flow);
  if (!version)
    throw new AppError("NOT_FOUND", `There is no published flow "${play.flow}".`, { flow: play.flow });
  const { start, trigger } = wayIn(version, play);
  const before = await balances(app, tenantId);
  const { runId, call } = await start({ app, tenantId, play, version, trigger });
  if (runId) await atRest(app, tenantId, runId);
  await emulatedTwilio(app).idle();
  return reportRun(app, tenantId, runId, call, before);
}

// What was given says by which of several triggers a flow is to begin.
const GIVEN = [
  ["event", "data.event"],
  ["webhook", "http.webhook"],
  ["message", "messaging.status"],
] as const;

/** @throws AppError INPUT_INVALID */
function wayIn({ graph }: Version, play: Play) {
  const asked = GIVEN.filter(([field]) => play[field] !== undefined).map(([, type]) => type);
  for (const type of asked.length > 0 ? asked : Object.keys(STARTS)) {
    const trigger: FlowNode | undefined = graph.flow.nodes.find((node) => node.type === type);
    const start = STARTS[type];
    if (trigger && start) return { start, trigger };
  }
  const wanted = asked.length > 0 ? asked.join(" or ") : Object.keys(STARTS).join(", ");
  throw new AppError(
    "INPUT_INVALID",
    `The flow "${play.flow}" cannot be started like this: it has no trigger of the type ${wanted}.`,
    { flow: play.flow },
  );
}

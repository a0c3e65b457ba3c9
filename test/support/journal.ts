import type { Connection } from "../../engine/store/database.ts";
import { inspect } from "./database.ts";

/** The steps a run left, in order: `node port`. */
export async function stepsOf(connection: Connection, runId: string): Promise<string[]> {
  const rows = await inspect<{ step: string }>(
    connection,
    `select concat(event->>'nodeId', ' ', event->>'port') as step
     from journal j, jsonb_array_elements(j.events) with ordinality e(event, place)
     where run_id = $1 and event->>'port' is not null order by j.seq, e.place`,
    [runId],
  );
  return rows.map(({ step }) => step);
}

import type { FlowStore } from "../flow/flow-store.ts";
import { disconnect } from "../model/edits.ts";
import { stepLabel } from "./step-label.ts";
import { wiringOf } from "./wiring.ts";

/** Takes away what hangs on these ports of a step. */
export function disconnectPorts(store: FlowStore, nodeId: string, ports: readonly string[]): void {
  const { history, change } = store.getState();
  const out = wiringOf(history.document.edges).from.get(nodeId) ?? [];
  const gone = out.filter(({ sourceHandle }) => ports.includes(sourceHandle)).map(({ id }) => id);
  change(
    stepLabel((did) => did.disconnect),
    (flow) => disconnect(flow, gone),
  );
}

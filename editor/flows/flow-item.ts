import type { ItemOf } from "../api/pages.ts";

/** A flow as the list shows it. */
export type FlowItem = ItemOf<"listFlows">;

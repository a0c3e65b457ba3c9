import { createContext, useContext } from "react";
import type { Flow } from "../../engine/core/flow.ts";
import type { Catalogue } from "../model/catalogue.ts";
import type { RunRecord } from "./run-record.ts";
import type { Visit } from "./timeline.ts";

/** The run that is open, and how far it is shown. */
export interface OpenRun {
  readonly run: RunRecord;
  /** Null: nobody drew it. */
  readonly flow: Flow | null;
  readonly catalogue: Catalogue;
  readonly visits: readonly Visit[];
  /** As it was at this visit, counted from 1; null: as it is now. */
  readonly upTo: number | null;
  /** Nodes chosen on the canvas. */
  readonly selection: ReadonlySet<string>;
  showUpTo(order: number | null): void;
  /** Brings a node into view on the canvas. */
  focusNode(nodeId: string): void;
  /** Asks whether to try again from a node. */
  retryFrom(nodeId: string): void;
}

export const RunContext = createContext<OpenRun | null>(null);

export function useRun(): OpenRun {
  const run = useContext(RunContext);
  if (!run) throw new Error("useRun is used outside of a run's page");
  return run;
}

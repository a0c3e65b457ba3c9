import type { ErpModule } from "../core/erp-module.ts";
import type { Refusal } from "../core/vendor-refusals.ts";
import type { Logger } from "../log.ts";
import type { GuardedDownload, GuardedFetch, GuardedStream, HttpAnswer } from "../plugin-api.ts";
import type { Registry } from "../registry.ts";
import type { Database } from "../store/database.ts";
import type { Validator } from "../validator.ts";
import type { Clock } from "./clock.ts";
import type { Commits } from "./commits.ts";
import type { Directory } from "./directory.ts";
import type { Exchanges } from "./exchanges.ts";
import type { Failpoints } from "./failpoints.ts";
import type { HotRuns } from "./hot-runs.ts";
import type { CheckInput } from "./input-schema.ts";
import type { LocalWakes } from "./local-wakes.ts";
import type { ParamsReader } from "./params.ts";
import type { PayloadBudget } from "./payload-budget.ts";
import type { Reports } from "./reports.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import type { Keys } from "./sealing.ts";
import type { Secrets } from "./secrets.ts";
import type { SocketListeners } from "./socket-listeners.ts";
import type { Templates } from "./templates.ts";
import type { Versions } from "./versions.ts";
import type { WakePort } from "./wake-port.ts";

/** Everything the parts of the runtime work with, made once in `main.ts`. */
export interface Runtime {
  readonly db: Database;
  readonly registry: Registry;
  readonly validator: Validator;
  readonly templates: Templates;
  readonly params: ParamsReader;
  /** Checks data against a schema that a flow's author wrote. */
  readonly checkInput: CheckInput;
  readonly versions: Versions;
  readonly directory: Directory;
  /** The notices of the ERP's modules. */
  readonly modules: readonly ErpModule[];
  readonly secrets: Secrets;
  readonly keys: Keys;
  readonly exchanges: Exchanges;
  readonly hotRuns: HotRuns;
  /** Sockets of this process, by their step. */
  readonly sockets: SocketListeners;
  readonly payloads: PayloadBudget;
  readonly wakes: WakePort;
  readonly localWakes: LocalWakes;
  /** Runs were queued: processes that claim look at once. */
  readonly announce: () => void;
  readonly commits: Commits;
  readonly reports: Reports;
  readonly failpoints: Failpoints;
  /** What the clock of no tenant in particular says. */
  readonly clock: Clock;
  readonly fetch: GuardedFetch;
  readonly download: GuardedDownload;
  readonly stream: GuardedStream;
  readonly sandbox: Sandbox;
  readonly log: Logger;
  /** Watchers of what happens; they cannot break the run. */
  readonly watch: (event: RunEvent) => void;
  readonly settings: RuntimeSettings;
}

export interface RuntimeSettings {
  /** Name of this process in leases. */
  readonly owner: string;
  readonly publicUrl: string;
  readonly leaseMs: number;
  /** Runs driven at once by this process; what is beyond is stored as queued. */
  readonly maxInFlight: number;
  /** How long a request waits for its flow before it is put on hold. */
  readonly answerWithinMs: number;
  /** How long the evidence about an effect in doubt may take. */
  readonly doubtGraceMs: number;
  /** Providers that are emulators: what they do is marked simulated. */
  readonly simulatedProviders: readonly string[];
  /** How long files are kept. */
  readonly mediaDays: number;
  /** How long lists of people that requests and runs made for themselves are kept. */
  readonly listDays: number;
  /** Where conversations of agents are recorded; null: nowhere. */
  readonly agentSessionsDir: string | null;
  /** Aborted when the process stops taking work. */
  readonly stopping: AbortSignal;
}

/** What is going on, for traces and metrics. */
export type RunEvent =
  | {
      readonly kind: "started";
      readonly runId: string;
      readonly tenantId: string;
      /** The trigger it began with. */
      readonly nodeId: string;
      readonly type: string;
    }
  /** A step's parameters are filled in; `schema` says which of them are secret. */
  | {
      readonly kind: "entered";
      readonly runId: string;
      readonly tenantId: string;
      readonly stepKey: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly schema: object;
    }
  | {
      readonly kind: "step";
      readonly runId: string;
      readonly tenantId: string;
      readonly stepKey: string;
      readonly nodeId: string;
      readonly type: string;
      readonly port: string | null;
      readonly ms: number;
      readonly output: unknown;
      readonly error?: string;
    }
  /** A vendor says that a message of this run did not arrive. */
  | {
      readonly kind: "undelivered";
      readonly runId: string;
      readonly tenantId: string;
      readonly effectId: string;
      readonly reason: Refusal;
      readonly vendorCode: string;
    }
  | {
      readonly kind: "sleeping";
      readonly runId: string;
      readonly tenantId: string;
      readonly nodeId: string;
      readonly until: string;
    }
  | {
      readonly kind: "ended";
      readonly runId: string;
      readonly tenantId: string;
      readonly status: string;
      readonly outcome: string;
      readonly error?: string;
    }
  | {
      readonly kind: "answered";
      readonly runId: string;
      readonly tenantId: string;
      readonly answer: HttpAnswer;
    };

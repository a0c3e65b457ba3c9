import type { Centralita } from "../main.ts";
import { listAccounts } from "../store/credits.ts";
import { listEffects, messagesOfRun, readJournal, readRun } from "../store/run-history.ts";
import type { RungCall } from "./ring.ts";

export type Balances = Readonly<Record<string, number | null>>;

/** What a simulated run did, as `npm run simulate -- --json` prints it. */
export interface SimulationReport {
  readonly run: {
    readonly id: string;
    readonly flow: string;
    readonly status: string;
    readonly outcome: string | null;
  } | null;
  readonly steps: readonly {
    readonly nodeId: string;
    readonly type: string;
    readonly port: string | null;
    readonly ms: number;
    readonly output: unknown;
  }[];
  readonly effects: readonly {
    readonly id: string;
    readonly kind: string;
    readonly channel: string | null;
    readonly state: string;
    readonly status: string | null;
    readonly ref: string | null;
  }[];
  readonly messages: readonly {
    readonly channel: string;
    readonly to: string | null;
    readonly status: string;
    readonly body: string;
  }[];
  readonly call: {
    readonly sid: string;
    readonly spoken: readonly string[];
    readonly dialed: readonly { readonly to: string; readonly status: string; readonly seconds: number }[];
  } | null;
  /** Left before and after, by meter; null = unlimited. */
  readonly credits: Readonly<
    Record<string, { readonly before: number | null; readonly after: number | null }>
  >;
}

/** Credits a tenant has left, by meter. */
export async function balances(app: Centralita, tenantId: string): Promise<Balances> {
  const accounts = await app.db.asTenant(tenantId, (scope) => listAccounts(scope));
  return Object.fromEntries(
    accounts.map(({ meter, balance, held }) => [meter, balance === null ? null : balance - held]),
  );
}

export async function reportRun(
  app: Centralita,
  tenantId: string,
  runId: string | null,
  call: RungCall | null,
  before: Balances,
): Promise<SimulationReport> {
  const after = await balances(app, tenantId);
  const credits = Object.fromEntries(
    Object.keys(after).map((meter) => [
      meter,
      { before: before[meter] ?? (meter in before ? null : 0), after: after[meter] ?? null },
    ]),
  );
  const heard = call ? { sid: call.sid, spoken: call.spoken, dialed: call.dialed } : null;
  if (runId === null) return { run: null, steps: [], effects: [], messages: [], call: heard, credits };
  return app.db.asTenant(tenantId, async (scope) => {
    const run = await readRun(scope, runId);
    const journal = run ? await readJournal(scope, run) : [];
    const effects = await listEffects(scope, runId);
    const messages = run ? await messagesOfRun(scope, run) : [];
    return {
      run: run
        ? { id: run.id, flow: run.flow_key, status: run.status, outcome: run.state.outcome?.name ?? null }
        : null,
      steps: journal
        .filter((event) => !["slept", "again", "repeated"].includes(event.kind))
        .map((event) => ({
          nodeId: event.nodeId,
          type: event.type,
          port: event.port ?? null,
          ms: event.ms,
          output: event.output ?? null,
        })),
      effects: effects.map(({ id, kind, channel, state, status, ref }) => ({
        id,
        kind,
        channel,
        state,
        status,
        ref,
      })),
      messages: messages
        .filter((message) => message.direction === "outbound")
        .map((message) => ({
          channel: message.channel,
          to: message.contact_phone,
          status: message.status,
          body: message.body,
        })),
      call: heard,
      credits,
    };
  });
}

import type { ExpectStatic } from "vitest";
import type { Database } from "../../engine/store/database.ts";
import { giveUpDoubts } from "../../engine/store/effects.ts";
import { messageDetails } from "../../plugins/twilio/emulator/message-record.ts";
import { runOf } from "./crash-scenarios.ts";
import type { World } from "./crash-stage.ts";
import { inspect } from "./database.ts";
import { stepsOf } from "./journal.ts";
import { MAKE_DUE } from "./make-due.ts";
import { twilioRequest } from "./twilio-request.ts";
import { until } from "./until.ts";

/** What became of a run, for the run itself, at the vendor and in the books. */
export interface CrashOutcome {
  readonly status: string;
  readonly steps: readonly string[];
  readonly effects: readonly EffectOutcome[];
  /** Credits by meter. */
  readonly spent: Readonly<Record<string, number>>;
}

interface EffectOutcome {
  readonly kind: string;
  readonly state: string;
  /** How often the vendor took it; null where only an answer to a call asks for it. */
  readonly accepts: number | null;
  readonly hold: string;
  /** Entries that take credits for it. */
  readonly payments: number;
}

/** Drives the one run of this person to its end: what nobody will report any more has only its deadline. */
export async function endOfRun(world: World, phone: string): Promise<string> {
  const run = await until("the run to end", async () => {
    const found = await runOf(world, phone);
    if (found?.ended_at) return found;
    await world.twilio.idle();
    if (found?.status === "waiting") await inspect(world.connection, MAKE_DUE, [found.id]);
    return null;
  });
  return run.id;
}

/** Whether the run gave up an effect of which nobody could tell it anything: it goes another way then. */
export async function gaveUp({ connection }: World, phone: string): Promise<boolean> {
  const rows = await inspect(connection, UNRESOLVED, [phone]);
  return rows.length > 0;
}

/** Of a run that has ended, when the vendor has said, late, what it knows of messages that were given up. */
export async function outcomeOf(world: World, db: Database, phone: string): Promise<CrashOutcome> {
  const { connection } = world;
  const run = await runOf(world, phone);
  const runId = run?.id ?? "";
  await reportLate(world, phone);
  // What the sweeper does every half minute.
  await giveUpDoubts(db, 0, 1_000);
  const rows = await inspect<Omit<EffectOutcome, "accepts"> & { readonly id: string }>(connection, EFFECTS, [
    runId,
  ]);
  const entries = await inspect<{ meter: string; spent: number }>(connection, SPENT, [runId]);
  return {
    status: run?.status ?? "",
    steps: await stepsOf(connection, runId),
    effects: rows.map(({ id, ...effect }) => ({ ...effect, accepts: acceptsOf(world, id, effect.kind) })),
    spent: Object.fromEntries(entries.map(({ meter, spent }) => [meter, spent])),
  };
}

/** What must hold of every run that has ended, wherever an engine died. */
export async function checkInvariants(
  expect: ExpectStatic,
  { connection }: World,
  phone: string,
  outcome: CrashOutcome,
  where: string,
): Promise<void> {
  for (const { kind, state, hold, accepts, payments } of outcome.effects) {
    const taken = state === "accepted" ? 1 : 0;
    expect.soft(hold, `${where}: no hold stays open`).not.toBe("open");
    if (kind === "dial") continue;
    expect
      .soft({ accepts, payments }, `${where}: taken and paid once, or not at all`)
      .toEqual({ accepts: taken, payments: taken });
  }
  expect.soft(await inspect(connection, BROKEN_BOOKS), `${where}: [C1, C2] the books add up`).toEqual([]);
  const faults = await inspect(connection, BROKEN_RUNS, [phone]);
  expect
    .soft(faults, `${where}: no step is left twice, and the journal has no line its run does not know`)
    .toEqual([]);
}

/** The callbacks that found nobody, once more. */
async function reportLate(world: World, phone: string): Promise<void> {
  for (const entry of world.twilio.ledger()) {
    const { statusCallback } = entry.kind === "message" ? messageDetails(entry) : { statusCallback: null };
    if (entry.to !== phone || statusCallback === null || messageDetails(entry).manner === "lose") continue;
    const { pathname, search } = new URL(statusCallback);
    const form = { MessageSid: entry.ref, MessageStatus: entry.status ?? "" };
    await until("the late report to be heard", async () => {
      const answer = await twilioRequest(world, pathname + search, form).catch(() => null);
      return answer?.status === 204;
    });
  }
}

function acceptsOf({ twilio }: World, effectId: string, kind: string): number | null {
  if (kind === "dial") return null;
  return twilio
    .ledger()
    .filter(
      (entry) => entry.kind === "message" && messageDetails(entry).statusCallback?.includes(`/${effectId}?`),
    ).length;
}

const UNRESOLVED = `select 1 from effects e join runs r on r.id = e.run_id
  where r.contact_phone = $1 and e.state = 'unresolved'`;
const EFFECTS = `select e.id, e.kind, e.state, h.state as hold,
    (select count(*)::int from credit_entries c where c.tenant_id = e.tenant_id and c.ref = e.id) as payments
  from effects e left join credit_holds h on h.tenant_id = e.tenant_id and h.id = e.id
  where e.run_id = $1 order by e.created_at, e.id`;
const SPENT = `select meter, -sum(amount)::int as spent from credit_entries where run_id = $1
  group by meter having sum(amount) <> 0 order by meter`;
const BROKEN_BOOKS = `select a.meter, a.balance, a.held from credit_accounts a
  where a.held <> (select coalesce(sum(amount), 0) from credit_holds h
      where h.tenant_id = a.tenant_id and h.meter = a.meter and h.state = 'open')
    or a.balance <> (select coalesce(sum(amount), 0) from credit_entries e
      where e.tenant_id = a.tenant_id and e.meter = a.meter)`;
const BROKEN_RUNS = `with run as (select id, seq from runs where contact_phone = $1)
  select 'left twice: ' || (event->>'stepKey') as fault
    from run join journal j on j.run_id = run.id, jsonb_array_elements(j.events) event
    where event->>'kind' = 'left' group by event->>'stepKey' having count(*) > 1
  union all
  select 'unknown line: ' || j.seq from run join journal j on j.run_id = run.id where j.seq not between 1 and run.seq
  union all
  select 'not one run: ' || count(*) from run having count(*) <> 1`;

/**
 * [R5] How much of what steps give a tenant may keep in the journal, per day of UTC. Counted in memory and added up in the
 * database every few seconds, so no commit waits for a counter that all of a tenant's runs share. The price: a process
 * that has just started, or several at once, may go over by what they write between two counts.
 */
import type { Json } from "../core/json.ts";
import { isTwin } from "../ids.ts";
import type { Logger } from "../log.ts";
import type { Database } from "../store/database.ts";
import { type CountedPayload, countPayload, type PayloadUse } from "../store/payload-use.ts";

export interface PayloadBudget {
  /** Takes `bytes` from the tenant's budget of the day; false when there is not so much left. */
  take(tenantId: string, bytes: number): boolean;
  /** Adds up now what was counted since the last time. @throws what the database throws; nothing is lost */
  flush(): Promise<void>;
  /** Ends the regular counting, with a last count. */
  stop(): Promise<void>;
}

export const DEFAULT_PAYLOAD_BUDGET = 256 * 1024 * 1024;
const FLUSH_EVERY_MS = 5_000;

export function createPayloadBudget(db: Database, log: Logger): PayloadBudget {
  const meter = createPayloadMeter(() => new Date().toISOString().slice(0, 10));
  const flush = async () => {
    const uses = meter.draw();
    if (uses.length === 0) return;
    try {
      meter.settle(await countPayload(db, uses));
    } catch (error) {
      meter.giveBack(uses);
      throw error;
    }
  };
  const quietly = () =>
    flush().catch((error) => log.warn({ err: error }, "payloads were not counted; they are counted again"));
  const timer = setInterval(quietly, FLUSH_EVERY_MS);
  timer.unref();
  return {
    // What is kept of a simulation goes with it.
    take: (tenantId, bytes) => isTwin(tenantId) || meter.take(tenantId, bytes),
    flush,
    async stop() {
      clearInterval(timer);
      await quietly();
    },
  };
}

/** The counting itself, without clock or database. */
export interface PayloadMeter {
  take(tenantId: string, bytes: number): boolean;
  /** What was asked for since the last draw; `bytes` 0 where all of it was refused. */
  draw(): readonly PayloadUse[];
  /** A draw that could not be added up: it comes again with the next one. */
  giveBack(uses: readonly PayloadUse[]): void;
  /** What the database says to a draw. */
  settle(counted: readonly CountedPayload[]): void;
}

interface Count {
  readonly tenant: string;
  readonly day: string;
  /** In the database, or on its way there. */
  known: number;
  pending: number;
  budget: number;
  asked: boolean;
}

/** `today` gives the day that is counted on, such as `2026-11-21`. */
export function createPayloadMeter(today: () => string): PayloadMeter {
  const counts = new Map<string, Count>();
  const countOf = (tenant: string, day: string): Count => {
    const known = counts.get(`${tenant} ${day}`);
    if (known) return known;
    const count = { tenant, day, known: 0, pending: 0, budget: DEFAULT_PAYLOAD_BUDGET, asked: false };
    counts.set(`${tenant} ${day}`, count);
    return count;
  };
  return {
    take(tenantId, bytes) {
      const count = countOf(tenantId, today());
      // Also when refused: the next count tells whether the budget was raised.
      count.asked = true;
      if (count.known + count.pending + bytes > count.budget) return false;
      count.pending += bytes;
      return true;
    },
    draw() {
      const drawn = [...counts.values()].filter((count) => count.asked);
      return drawn.map((count) => {
        const { tenant, day, pending: bytes } = count;
        count.known += bytes;
        count.pending = 0;
        count.asked = false;
        return { tenant, day, bytes };
      });
    },
    giveBack(uses) {
      for (const { tenant, day, bytes } of uses) {
        const count = countOf(tenant, day);
        count.known -= bytes;
        count.pending += bytes;
        count.asked = true;
      }
    },
    settle(counted) {
      for (const { tenant, day, bytes, budget } of counted) {
        const count = countOf(tenant, day);
        count.known = bytes;
        count.budget = budgetOf(budget);
        if (day !== today() && !count.asked) counts.delete(`${tenant} ${day}`);
      }
    },
  };
}

/** What a tenant's settings name; anything but a whole number of bytes counts as not set. */
function budgetOf(setting: Json | null): number {
  return typeof setting === "number" && Number.isSafeInteger(setting) && setting >= 0
    ? setting
    : DEFAULT_PAYLOAD_BUDGET;
}

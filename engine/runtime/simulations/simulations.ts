/** The simulations of this process. What it does not end itself, as when it is killed, is found by its age and taken away. */
import type { Flow } from "../../core/flow.ts";
import { AppError } from "../../errors.ts";
import { closeTwin, keepTwin, staleTwins } from "../../store/twins.ts";
import type { Engine } from "../engine.ts";
import type { RunEvent, Runtime } from "../runtime.ts";
import { openSession, type Pace, type Session } from "./session.ts";
import { TWIN_SECONDS } from "./twin.ts";

export interface SimulationOptions {
  readonly pace?: Partial<Pace>;
  /** Of silence, until one ends by itself. */
  readonly idleMs?: number;
  /** After the last listener has gone. */
  readonly leftMs?: number;
}

export interface StartSimulation {
  readonly tenantId: string;
  /** Who plays; they have one simulation of a flow at a time. */
  readonly by: string;
  readonly document: Flow;
  readonly at: Date | null;
}

export interface Simulations {
  start(order: StartSimulation): Promise<Session>;
  /** @throws AppError NOT_FOUND for one that is over, another tenant's, or in another process */
  find(tenantId: string, id: string): Session;
  end(tenantId: string, id: string): Promise<void>;
  /** Everything that happens in one from now on, until the function it gives is called; `ended` when it is over. */
  listen(session: Session, listener: Parameters<Session["onEvent"]>[0], ended: () => void): () => void;
  hears(event: RunEvent): void;
  stop(): Promise<void>;
}

const EVERY_MS = 20_000;
const PER_TENANT = 5;
const PER_PROCESS = 40;

interface Kept {
  readonly session: Session;
  usedAt: number;
  /** What tells each listener that it is over. */
  readonly listeners: Set<() => void>;
  /** When the last listener went; null: none was there yet. */
  leftAt: number | null;
}

export function createSimulations(
  runtime: Runtime,
  engine: Engine,
  allow: (origin: string) => () => void,
  options: SimulationOptions = {},
): Simulations {
  const { idleMs = 30 * 60_000, leftMs = 2 * 60_000 } = options;
  const pace: Pace = { speakingMs: 1_000, waitingMs: 1_000, ...options.pace };
  const kept = new Map<string, Kept>();
  const byTwin = new Map<string, Session>();
  // What another process was just doing in a twin may be written after it went: it is looked at once more.
  const gone = new Map<string, number>();
  const opening = new Set<Promise<unknown>>();
  let stopped = false;

  const drop = async (one: Kept) => {
    const { session } = one;
    if (!kept.delete(session.id)) return;
    for (const ended of one.listeners) ended();
    await session.close().catch((error: unknown) => {
      runtime.log.warn({ err: error, simulation: session.id }, "what a simulation left is taken away later");
    });
    byTwin.delete(session.twin.tenantId);
    gone.set(session.twin.tenantId, performance.now());
  };
  const isOver = ({ usedAt, listeners, leftAt }: Kept, now: number) =>
    listeners.size === 0 &&
    (now - usedAt > idleMs || (leftAt !== null && now - Math.max(leftAt, usedAt) > leftMs));
  const tidy = async () => {
    const now = performance.now();
    await Promise.all([...kept.values()].filter((one) => isOver(one, now)).map(drop));
    for (const { session } of kept.values()) await keepTwin(runtime.db, session.twin.tenantId, TWIN_SECONDS);
    for (const twin of await staleTwins(runtime.db)) await closeTwin(runtime.db, twin);
    for (const [twin, at] of gone) {
      if (now - at < leftMs) continue;
      await closeTwin(runtime.db, twin);
      gone.delete(twin);
    }
  };
  const quietly = () =>
    void tidy().catch((error: unknown) =>
      runtime.log.warn({ err: error }, "simulations were not looked after; it is tried again"),
    );
  const timer = setInterval(quietly, Math.min(EVERY_MS, leftMs));
  timer.unref();
  quietly();

  const makeRoom = async ({ tenantId, by, document }: StartSimulation) => {
    const oldest = [...kept.values()].toSorted((a, b) => a.usedAt - b.usedAt);
    const same = oldest.filter(({ session }) => isSame(session, tenantId, by, document.key));
    const own = oldest.filter(
      ({ session }) => session.tenantId === tenantId && !same.some((one) => one.session === session),
    );
    const over = [
      ...same,
      ...own.slice(0, Math.max(0, own.length + 1 - PER_TENANT)),
      ...oldest.slice(0, Math.max(0, oldest.length + 1 - PER_PROCESS)),
    ];
    await Promise.all(over.map(drop));
  };
  const start = async (order: StartSimulation) => {
    await makeRoom(order);
    const session = await openSession({ runtime, engine, allow, pace }, order);
    const one: Kept = { session, usedAt: performance.now(), listeners: new Set(), leftAt: null };
    kept.set(session.id, one);
    byTwin.set(session.twin.tenantId, session);
    if (stopped) await drop(one);
    return session;
  };
  const existing = (tenantId: string, id: string) => {
    const one = kept.get(id);
    if (!one || one.session.tenantId !== tenantId)
      throw new AppError("NOT_FOUND", `There is no simulation ${id}; it may have ended.`, { id });
    one.usedAt = performance.now();
    return one;
  };
  return {
    start(order) {
      if (stopped) throw new AppError("SHUTTING_DOWN", "The server is stopping; try again in a moment.");
      const starting = start(order);
      opening.add(starting);
      void starting.catch(() => undefined).finally(() => opening.delete(starting));
      return starting;
    },
    find: (tenantId, id) => existing(tenantId, id).session,
    end: async (tenantId, id) => drop(existing(tenantId, id)),
    listen({ id, tenantId }, listener, ended) {
      const one = existing(tenantId, id);
      // Each listener counts, also two with the same function.
      const tell = () => ended();
      one.listeners.add(tell);
      const quiet = one.session.onEvent(listener);
      return () => {
        quiet();
        one.listeners.delete(tell);
        one.leftAt = performance.now();
      };
    },
    hears: (event) => byTwin.get(event.tenantId)?.hears(event),
    async stop() {
      stopped = true;
      clearInterval(timer);
      await Promise.allSettled([...opening]);
      await Promise.all([...kept.values()].map(drop));
    },
  };
}

function isSame(session: Session, tenantId: string, by: string, flow: string): boolean {
  return session.tenantId === tenantId && session.by === by && session.flow === flow;
}

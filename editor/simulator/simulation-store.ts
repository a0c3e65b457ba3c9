import { createStore, type StoreApi } from "zustand";
import type { Flow } from "../../engine/core/flow.ts";
import type { LiveMessage, LiveTopic } from "../../engine/core/live.ts";
import type { SimulatedFault, SimulationAction, SimulationState } from "../../engine/core/simulation.ts";
import { type ApiFailure, call, failureOf } from "../api/client.ts";
import { live } from "../api/live.ts";
import { afterEvent, NOTHING_HAPPENED, type SimulationView } from "./simulation-view.ts";

/** One simulation on the screen, from its start until the drawer closes. */
export interface SimulationStore {
  readonly id: string | null;
  /** The document it runs; another one on the canvas means: start over. */
  readonly flow: Flow | null;
  readonly numbers: SimulationState["numbers"];
  readonly faults: ReadonlySet<SimulatedFault>;
  readonly view: SimulationView;
  readonly busy: boolean;
  readonly failure: ApiFailure | null;
  /** Begins with this document; what was before is over. False where it was refused, see `failure`. */
  start(flow: Flow, persona: string): Promise<boolean>;
  act(action: SimulationAction): Promise<void>;
  end(): void;
}

export function createSimulation(): StoreApi<SimulationStore> {
  let hangUp: () => void = () => undefined;
  // A start that is answered after the drawer closed, or after a later start, is nobody's any more.
  let latest = 0;
  return createStore<SimulationStore>((set, get) => {
    const hear = (message: LiveMessage) => {
      if (message.kind === "event") set({ view: afterEvent(get().view, message.event) });
      // After a lost connection: what was missed is read, and what was known is known already.
      if (message.kind === "subscribed") void catchUp(get, set);
    };

    async function start(flow: Flow, persona: string): Promise<boolean> {
      latest += 1;
      const own = latest;
      set({ busy: true, failure: null });
      try {
        const { data } = await call("startSimulation", { body: { flow: flow.key, document: flow, persona } });
        const state = data as unknown as SimulationState;
        if (own !== latest) {
          dismiss(state.id);
          return false;
        }
        hangUp();
        dismiss(get().id);
        set({ ...startedAs(state), flow, busy: false });
        hangUp = live.subscribe(`simulation:${state.id}` as LiveTopic, hear);
        return true;
      } catch (error) {
        if (own === latest) set({ busy: false, failure: failureOf(error) });
        return false;
      }
    }

    async function act(action: SimulationAction): Promise<void> {
      const { id } = get();
      if (id === null) return;
      set({ failure: null });
      if (action.kind === "fault") set({ faults: switched(get().faults, action.fault, action.on) });
      try {
        await call("actInSimulation", { path: { id }, body: action });
      } catch (error) {
        set({ failure: failureOf(error) });
      }
    }

    function end(): void {
      latest += 1;
      hangUp();
      dismiss(get().id);
      set({ id: null, flow: null, view: NOTHING_HAPPENED, busy: false });
    }

    const nothing = { id: null, flow: null, numbers: [], view: NOTHING_HAPPENED };
    return { ...nothing, faults: new Set(), busy: false, failure: null, start, act, end };
  });
}

/** The server forgets it after a while anyway. */
function dismiss(id: string | null): void {
  if (id !== null) void call("endSimulation", { path: { id } }).catch(() => undefined);
}

async function catchUp(
  get: () => SimulationStore,
  set: (part: Partial<SimulationStore>) => void,
): Promise<void> {
  const { id } = get();
  if (id === null) return;
  try {
    const { data } = await call("readSimulation", { path: { id } });
    set({ view: (data as unknown as SimulationState).events.reduce(afterEvent, get().view) });
  } catch (error) {
    set({ failure: failureOf(error) });
  }
}

function startedAs({ id, numbers, faults, events, now }: SimulationState) {
  const view = events.reduce(afterEvent, { ...NOTHING_HAPPENED, now });
  return { id, numbers, faults: new Set(faults), view };
}

function switched(
  faults: ReadonlySet<SimulatedFault>,
  fault: SimulatedFault,
  on: boolean,
): Set<SimulatedFault> {
  const others = [...faults].filter((other) => other !== fault);
  return new Set(on ? [...others, fault] : others);
}

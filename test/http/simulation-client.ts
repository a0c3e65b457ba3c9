import { expect } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import type { SimulationAction, SimulationEvent, SimulationState } from "../../engine/core/simulation.ts";
import { until } from "../support/until.ts";
import type { Call } from "./api-client.ts";

export type EventOf<K extends SimulationEvent["kind"]> = Extract<SimulationEvent, { kind: K }>;

/** One simulation, over the API. */
export interface SimulationClient {
  readonly id: string;
  state(): Promise<SimulationState>;
  /** Does something; refused actions fail the test. */
  act(action: SimulationAction): Promise<void>;
  /** The first event of a kind that fits, after those that were waited for before. */
  next<K extends SimulationEvent["kind"]>(
    kind: K,
    fits?: (event: EventOf<K>) => boolean,
  ): Promise<EventOf<K>>;
  /** The first event of a kind that fits, wherever it stands: what others do at the same time comes in any order. */
  ever<K extends SimulationEvent["kind"]>(kind: K, fits: (event: EventOf<K>) => boolean): Promise<EventOf<K>>;
  /** All of a kind so far. */
  all<K extends SimulationEvent["kind"]>(kind: K): Promise<readonly EventOf<K>[]>;
  end(): Promise<void>;
}

export async function startSimulation(
  call: Call,
  flow: string,
  more: { readonly document?: Flow; readonly at?: string } = {},
): Promise<SimulationClient> {
  const started = await call("POST", "/api/v1/simulations", { json: { flow, ...more } });
  expect(started.status, started.text).toBe(201);
  const path = `/api/v1/simulations/${started.body.id}`;
  const state = async (): Promise<SimulationState> => {
    const answer = await call("GET", path);
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  };
  const ofKind = <K extends SimulationEvent["kind"]>(events: readonly SimulationEvent[], kind: K) =>
    events.filter((event): event is EventOf<K> => event.kind === kind);
  let seen = 0;
  const find = async <K extends SimulationEvent["kind"]>(kind: K, fits: (event: EventOf<K>) => boolean) => {
    let last: readonly SimulationEvent[] = [];
    return until(`an event of kind ${kind}`, async () => {
      last = (await state()).events;
      return ofKind(last, kind).find(fits) ?? null;
    }).catch((error) => {
      throw new Error(`${error}\n${last.map((event) => JSON.stringify(event)).join("\n")}`);
    });
  };
  return {
    id: started.body.id,
    state,
    async act(action) {
      const answer = await call("POST", `${path}/actions`, { json: action });
      expect(answer.status, answer.text).toBe(202);
    },
    async next(kind, fits = () => true) {
      const found = await find(kind, (event) => event.seq > seen && fits(event));
      seen = found.seq;
      return found;
    },
    ever: find,
    all: async (kind) => ofKind((await state()).events, kind),
    async end() {
      const answer = await call("DELETE", path);
      expect(answer.status, answer.text).toBe(204);
    },
  };
}

import type { Books } from "../books.ts";
import type { Cluster } from "../cluster.ts";
import type { Load } from "../load.ts";
import type { Random } from "../random.ts";

/** What a fault may touch. */
export interface World {
  readonly cluster: Cluster;
  readonly load: Load;
  readonly books: Books;
  readonly random: Random;
  readonly seed: number;
  /** 1 in the short form; the long one does more of everything. */
  readonly scale: number;
  readonly signal: AbortSignal;
  /** Rejects when the harness is told to stop. */
  rest(ms: number): Promise<void>;
}

/** One thing that goes wrong: what it is, and how it is done and undone. */
export interface Fault {
  /** As in the list of chaos scenarios: `C1`. */
  readonly id: string;
  readonly title: string;
  act(world: World): Promise<void>;
  /** Puts right whatever `act` may have left, also when it was interrupted. */
  heal(world: World): Promise<void>;
}

/** For faults that leave nothing to put right. */
export async function nothingToHeal(): Promise<void> {}

/** Starts whatever engine is down. */
export async function startEngines({ cluster }: World): Promise<void> {
  await Promise.all(cluster.members.filter(({ engine }) => !engine.isUp).map(({ engine }) => engine.start()));
}

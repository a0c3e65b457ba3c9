import { createHash } from "node:crypto";
import { createRandom } from "./random.ts";

/** What one person does, drawn from the seed before anything happens. */
export interface LoadItem {
  readonly kind: "order" | "chat" | "whatsapp" | "call";
  /** Position of the tenant; the first one is hot. */
  readonly tenant: number;
  /** The person: nobody else in the plan has this number. */
  readonly phone: string;
  /** Unique in the plan, 32 hex digits. */
  readonly code: string;
  /** A chat: how long after its greeting the person replies; null: never. */
  readonly replyAfterMs: number | null;
  /** Sent this many times more, as a client or a vendor that lost the answer does. */
  readonly repeats: number;
  /** Milliseconds until the next item. */
  readonly gapMs: number;
}

const HOT_SHARE = 0.3;
const REPEATED_SHARE = 0.15;

/** The endless plan of a seed: the same items in the same order, however fast they are used up. */
export function* planLoad(
  seed: number,
  { perSecond, tenants }: { readonly perSecond: number; readonly tenants: number },
): Generator<LoadItem, never> {
  const random = createRandom(seed, "load");
  for (let index = 0; ; index++) {
    const kind = kindOf(random.next());
    yield {
      kind,
      tenant: random.next() < HOT_SHARE ? 0 : random.between(0, tenants - 1),
      phone: phoneOf(index),
      code: codeOf(seed, "load", index),
      replyAfterMs: kind === "chat" && random.next() < 0.6 ? random.between(50, 2_000) : null,
      repeats: random.next() < REPEATED_SHARE ? random.between(1, 4) : 0,
      gapMs: (random.next() * 2_000) / perSecond,
    };
  }
}

function kindOf(draw: number): LoadItem["kind"] {
  if (draw < 0.4) return "order";
  if (draw < 0.65) return "chat";
  return draw < 0.9 ? "whatsapp" : "call";
}

export function codeOf(seed: number, stream: string, index: number): string {
  return createHash("md5").update(`${seed} ${stream} ${index}`).digest("hex");
}

/**
 * The number of somebody who meets no magic: the emulators read meaning into last digits from 9000 on. `block` keeps the
 * people of the load, the storms and the races apart.
 */
export function phoneOf(index: number, block: "load" | "storm" | "race" = "load"): string {
  const first = { load: 0, storm: 3_000, race: 6_000 }[block] + Math.floor(index / 9_000);
  return `+5731${String(first).padStart(4, "0")}${String(index % 9_000).padStart(4, "0")}`;
}

import { setTimeout as sleep } from "node:timers/promises";
import type { ModelAccount } from "../account.ts";
import { type ModelEvent, ModelFailure, type ModelRequest, type Patience } from "./port.ts";
import { streamAnswer } from "./stream.ts";

export const PATIENCE: Patience = { firstMs: 6_000, idleMs: 4_000 };
const AGAIN_MS = 150;

export interface Asking {
  readonly signal: AbortSignal;
  readonly patience?: Patience;
  /** Nobody hears it word by word, so a broken answer may begin anew. */
  readonly unheard?: true;
}

/**
 * An answer, from whoever gives one: the model, the model once more, the second model. Once a word is out nobody is asked
 * again, because the person has heard it. What a server refuses as wrong it refuses twice.
 * @throws ModelFailure of the last one asked
 */
export async function* askModels(
  account: ModelAccount,
  request: ModelRequest,
  { signal, patience = PATIENCE, unheard }: Asking,
): AsyncGenerator<ModelEvent> {
  let last: ModelFailure | null = null;
  for (const model of ladderOf(account, request)) {
    if (last?.reason === "refused" && last.model === model) continue;
    if (last) await sleep(AGAIN_MS);
    try {
      return yield* streamAnswer(account, request, { model, signal, patience });
    } catch (error) {
      last = mayGoOn(error, signal, unheard === true);
      if (last.spoke) yield { kind: "again" };
    }
  }
  throw last ?? new ModelFailure("unavailable", "no model was asked", { model: "" });
}

function ladderOf({ model, fallbackModel }: ModelAccount, request: ModelRequest): readonly string[] {
  const first = request.model ?? model;
  return [first, first, ...(fallbackModel === null ? [] : [fallbackModel])];
}

/** @throws what it is given, where nobody else may be asked */
function mayGoOn(error: unknown, signal: AbortSignal, unheard: boolean): ModelFailure {
  if (error instanceof ModelFailure && !signal.aborted && (unheard || !error.spoke)) return error;
  throw error;
}

/** The whole answer at once, for those who do not listen word by word. */
export interface WholeAnswer extends Omit<Extract<ModelEvent, { kind: "end" }>, "kind"> {
  readonly text: string;
  readonly firstMs: number | null;
  readonly totalMs: number;
}

/** @throws ModelFailure */
export async function askWhole(
  account: ModelAccount,
  request: ModelRequest,
  asking: Omit<Asking, "unheard">,
  /** Hears it as it comes. What was heard cannot begin anew. */
  aloud?: (text: string) => void,
): Promise<WholeAnswer> {
  const began = performance.now();
  let text = "";
  let firstMs: number | null = null;
  const heard = aloud ? asking : { ...asking, unheard: true as const };
  for await (const event of askModels(account, request, heard)) {
    if (event.kind === "again") text = "";
    if (event.kind === "again") continue;
    if (event.kind === "text") {
      firstMs ??= performance.now() - began;
      text += event.text;
      aloud?.(event.text);
      continue;
    }
    const { kind: _, ...end } = event;
    return {
      text,
      firstMs: firstMs === null ? null : Math.round(firstMs),
      totalMs: Math.round(performance.now() - began),
      ...end,
    };
  }
  throw new ModelFailure("cut", "the stream ended without an end", { model: request.model ?? account.model });
}

/** What can be ordered to go wrong with the next answer. */
export type ModelFault =
  /** Refused with this HTTP status; `retryAfterMs` goes out as a header. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfterMs?: number }
  /** Headers, and then nothing for ever. */
  | { readonly kind: "stall" }
  /** So many words, and then nothing for ever. */
  | { readonly kind: "stall-after"; readonly words: number }
  /** So many words, and then the connection is cut. */
  | { readonly kind: "cut"; readonly words: number }
  /** The first word comes late. */
  | { readonly kind: "slow"; readonly ms: number }
  /** A chunk that is no JSON. */
  | { readonly kind: "malformed" }
  /** An error in place of a chunk, in the middle of the stream. */
  | { readonly kind: "error-chunk" };

export interface ModelFaults {
  /** For the next answer; of this model, where one is named. Each is used once. */
  next(fault: ModelFault, model?: string): void;
  pending(): number;
  clear(): void;
}

export function createFaults(): ModelFaults & { take(model: string): ModelFault | null } {
  const ordered: { readonly fault: ModelFault; readonly model: string | undefined }[] = [];
  return {
    next: (fault, model) => void ordered.push({ fault, model }),
    pending: () => ordered.length,
    clear: () => void ordered.splice(0),
    take(model) {
      const at = ordered.findIndex((one) => one.model === undefined || one.model === model);
      return at < 0 ? null : (ordered.splice(at, 1)[0]?.fault ?? null);
    },
  };
}

/** What can be ordered to go wrong with the next connection. `after` counts frames of substance: audio, results, turns. */
export type SocketFault =
  /** The upgrade is refused. */
  | { readonly kind: "status"; readonly status: number }
  /** So many frames, and then nothing more of substance. */
  | { readonly kind: "stall"; readonly after: number }
  /** So many frames, and then the connection is gone without a word. */
  | { readonly kind: "cut"; readonly after: number }
  /** The frame after so many is no JSON. */
  | { readonly kind: "malformed"; readonly after: number }
  /** The first frame comes late. */
  | { readonly kind: "slow"; readonly ms: number };

export interface SocketFaults {
  /** For the next connection; each is used once. */
  next(fault: SocketFault): void;
  clear(): void;
}

export function createSocketFaults(): SocketFaults & { take(): SocketFault | null } {
  const ordered: SocketFault[] = [];
  return {
    next: (fault) => void ordered.push(fault),
    clear: () => void ordered.splice(0),
    take: () => ordered.shift() ?? null,
  };
}

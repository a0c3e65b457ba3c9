/** One thing that was looked at. */
export interface Finding {
  /** What was looked at: `PUBLIC_URL`, `database`. */
  readonly what: string;
  /** `trouble`: calls or messages are lost or refused until it is mended. `advice`: it works, and could be better. */
  readonly state: "well" | "advice" | "trouble";
  readonly says: string;
}

export function well(what: string, says: string): Finding {
  return { what, state: "well", says };
}

export function advice(what: string, says: string): Finding {
  return { what, state: "advice", says };
}

export function trouble(what: string, says: string): Finding {
  return { what, state: "trouble", says };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export type GuardedFetch = (url: string, init?: FetchInit) => Promise<FetchAnswer>;

export interface FetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default 10 000 ms. */
  readonly timeoutMs?: number;
  /** Default 1 MiB; a larger answer is refused. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

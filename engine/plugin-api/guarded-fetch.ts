import type { Buffer } from "node:buffer";

export type GuardedFetch = (url: string, init?: FetchInit) => Promise<FetchAnswer>;

/** As `GuardedFetch`, for what is no text. */
export type GuardedDownload = (url: string, init?: FetchInit) => Promise<DownloadAnswer>;

/**
 * As the web's `fetch`, for packages that bring their own client: the answer comes piece by piece. Guarded as `GuardedFetch`;
 * redirects are not followed, and time is up to the signal that is given.
 */
export type GuardedStream = typeof globalThis.fetch;

export interface FetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Default 10 000 ms. */
  readonly timeoutMs?: number;
  /** Default 1 MiB; a larger answer is refused. */
  readonly maxBytes?: number;
  /** Refuses whatever could change something elsewhere. */
  readonly readsOnly?: true;
  readonly signal?: AbortSignal;
}

export interface DownloadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

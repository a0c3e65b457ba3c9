import { type Dispatcher, fetch } from "undici";
import { AppError, type FetchAnswer, type GuardedFetch } from "../../../../engine/plugin-api.ts";

/** The engine's guarded fetch without its guards: same answers, same errors. */
export function undiciFetch(dispatcher?: Dispatcher): GuardedFetch {
  return async (url, init = {}) => {
    const { timeoutMs = 10_000, maxBytes: _maxBytes, signal, ...rest } = init;
    const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
    try {
      const answer = await fetch(url, {
        ...rest,
        signal: AbortSignal.any(limits),
        ...(dispatcher ? { dispatcher } : {}),
      });
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        text: await answer.text(),
      };
    } catch (error) {
      throw new AppError("FETCH_FAILED", `fetch ${url} failed`, { phase: phaseOf(error) }, error);
    }
  };
}

/** A fetch that always gives the same answer. */
export function answering(answer: Partial<FetchAnswer> & { readonly json?: object }): GuardedFetch {
  const { json, ...rest } = answer;
  return async () => ({ status: 200, headers: {}, text: json ? JSON.stringify(json) : "", ...rest });
}

function phaseOf(error: unknown): "connect" | "sent" {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED" ? "connect" : "sent";
}

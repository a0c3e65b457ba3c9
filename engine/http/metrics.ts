/** What this process counts about its requests. */
export interface Metrics {
  /** A request whose signature did not hold; `webhook` is the path below /hooks/. */
  refusedSignature(webhook: string): void;
  /** In the text format of Prometheus. */
  text(): string;
}

/** `webhook` must come from a route, never from a request: each value is a series of its own. */
export function createMetrics(inFlight: () => number): Metrics {
  const refused = new Map<string, number>();
  return {
    refusedSignature: (webhook) => void refused.set(webhook, (refused.get(webhook) ?? 0) + 1),
    text() {
      const lines = [...refused].map(
        ([webhook, count]) => `centralita_refused_signatures_total{webhook="${webhook}"} ${count}`,
      );
      return [
        "# HELP centralita_refused_signatures_total Webhook requests whose signature did not hold.",
        "# TYPE centralita_refused_signatures_total counter",
        ...lines,
        "# HELP centralita_runs_in_flight Runs this process is driving right now.",
        "# TYPE centralita_runs_in_flight gauge",
        `centralita_runs_in_flight ${inFlight()}`,
        "",
      ].join("\n");
    },
  };
}

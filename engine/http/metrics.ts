/** What this process counts about its requests. */
export interface Metrics {
  /** A request whose signature did not hold; `webhook` is the path below /hooks/. */
  refusedSignature(webhook: string): void;
  /** In the text format of Prometheus. What the database does not tell is left out. */
  text(): Promise<string>;
}

interface Doubts {
  readonly count: number;
  readonly oldestMs: number;
}

/** `webhook` must come from a route, never from a request: each value is a series of its own. */
export function createMetrics(inFlight: () => number, doubts: () => Promise<Doubts>): Metrics {
  const refused = new Map<string, number>();
  return {
    refusedSignature: (webhook) => void refused.set(webhook, (refused.get(webhook) ?? 0) + 1),
    async text() {
      const open = await doubts().then(doubtLines, () => []);
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
        ...open,
        "",
      ].join("\n");
    },
  };
}

function doubtLines({ count, oldestMs }: Doubts): string[] {
  return [
    "# HELP centralita_effects_in_doubt Outside effects of which nobody knows yet whether they happened.",
    "# TYPE centralita_effects_in_doubt gauge",
    `centralita_effects_in_doubt ${count}`,
    "# HELP centralita_effects_in_doubt_oldest_seconds Age of the oldest of them.",
    "# TYPE centralita_effects_in_doubt_oldest_seconds gauge",
    `centralita_effects_in_doubt_oldest_seconds ${Math.round(oldestMs / 1000)}`,
  ];
}

/** What a magic recipient does: `sync` refuses the request, `async` accepts it and reports it failed. */
export type MagicOutcome =
  | { readonly suffix: string; readonly arrives: "sync" | "async"; readonly code: number }
  | {
      readonly suffix: string;
      readonly arrives: "status";
      readonly statuses: readonly ("sent" | "delivered" | "read")[];
    };

/**
 * Recipients whose last four digits choose the outcome. Failures end in 9 and the last three digits of Meta's code:
 * +34 600 00 **9026** is not on WhatsApp (131026).
 */
export const MAGIC = {
  notOnWhatsApp: { suffix: "9026", arrives: "async", code: 131026 },
  outsideWindow: { suffix: "9047", arrives: "async", code: 131047 },
  marketingWithheld: { suffix: "9049", arrives: "async", code: 131049 },
  optedOut: { suffix: "9050", arrives: "async", code: 131050 },
  blockedByBusiness: { suffix: "9403", arrives: "async", code: 130403 },
  inExperiment: { suffix: "9472", arrives: "async", code: 130472 },
  mediaNotReadable: { suffix: "9053", arrives: "async", code: 131053 },
  paymentProblem: { suffix: "9042", arrives: "async", code: 131042 },
  notOnTestList: { suffix: "9030", arrives: "sync", code: 131030 },
  accountLocked: { suffix: "9031", arrives: "sync", code: 131031 },
  countryRestricted: { suffix: "9497", arrives: "sync", code: 130497 },
  throughput: { suffix: "9429", arrives: "sync", code: 130429 },
  pairRate: { suffix: "9056", arrives: "sync", code: 131056 },
  unavailable: { suffix: "9016", arrives: "sync", code: 131016 },
  readAtOnce: { suffix: "9100", arrives: "status", statuses: ["sent", "delivered", "read"] },
  phoneOff: { suffix: "9101", arrives: "status", statuses: ["sent"] },
  neverReported: { suffix: "9000", arrives: "status", statuses: [] },
} as const satisfies Readonly<Record<string, MagicOutcome>>;

/** The outcome a recipient stands for; null for ordinary people. */
export function magicOf(recipient: string): MagicOutcome | null {
  const outcomes: readonly MagicOutcome[] = Object.values(MAGIC);
  return outcomes.find(({ suffix }) => recipient.startsWith("+") && recipient.endsWith(suffix)) ?? null;
}

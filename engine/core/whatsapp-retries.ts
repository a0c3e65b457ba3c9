import { type Static, Type } from "typebox";
import { REFUSALS } from "./vendor-refusals.ts";

const HOUR_MS = 3_600_000;

export const RetryRuleSchema = Type.Object(
  {
    reasons: Type.Optional(
      Type.Array(Type.Enum([...REFUSALS]), {
        minItems: 1,
        uniqueItems: true,
        description: "Failures it is for.",
      }),
    ),
    codes: Type.Optional(
      Type.Array(Type.String({ pattern: "^[0-9A-Za-z_]{1,40}$" }), {
        minItems: 1,
        maxItems: 50,
        uniqueItems: true,
        description: "The vendor's own codes, such as 131049 or 63016.",
      }),
    ),
    times: Type.Integer({ minimum: 0, maximum: 5, description: "How often it is sent again." }),
    firstDelayMs: Type.Optional(
      Type.Integer({
        minimum: 1_000,
        maximum: 72 * HOUR_MS,
        default: 60_000,
        description: "Before the first time.",
      }),
    ),
    factor: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 10,
        default: 2,
        description: "Each delay is so many times the one before.",
      }),
    ),
    fallThrough: Type.Enum(["next", "sms", "none"], {
      description:
        "`next`: the next channel of the node. `sms`: SMS, also where the node does not name it. `none`: no other channel.",
    }),
  },
  { additionalProperties: false },
);
export type RetryRule = Static<typeof RetryRuleSchema>;

export const RetriesSchema = Type.Object(
  {
    rules: Type.Array(RetryRuleSchema, {
      maxItems: 50,
      description: "The first that fits counts; one without reasons and codes fits every failure.",
    }),
  },
  { additionalProperties: false },
);
export type Retries = Static<typeof RetriesSchema>;

/** What happens where a tenant said nothing: what vendors say is for a moment is tried again, the rest goes to the next channel. */
export const DEFAULT_RETRIES: Retries = {
  rules: [
    // Meta withheld it for the person's sake: again only after a day, which nobody waits for.
    { codes: ["131049", "130472"], times: 0, fallThrough: "next" },
    // Unknown at Meta, the service away, the number in maintenance, out of reach, carrier congestion.
    {
      codes: ["131000", "131016", "131057", "30003", "30017"],
      times: 2,
      firstDelayMs: 60_000,
      factor: 4,
      fallThrough: "next",
    },
    { times: 0, fallThrough: "next" },
  ],
};

const GO_ON: RetryRule = { times: 0, fallThrough: "next" };

export function retryRuleFor(
  { rules }: Retries,
  failure: { readonly reason: string | null; readonly code: string | null },
): RetryRule {
  const fits = ({ reasons, codes }: RetryRule) =>
    (reasons === undefined || reasons.some((reason) => reason === failure.reason)) &&
    (codes === undefined || (failure.code !== null && codes.includes(failure.code)));
  return rules.find(fits) ?? GO_ON;
}

/** Before it is sent again for the `time`th time, from 1. */
export function retryWaitMs({ firstDelayMs = 60_000, factor = 2 }: RetryRule, time: number): number {
  return Math.min(Math.round(firstDelayMs * factor ** (time - 1)), 72 * HOUR_MS);
}

/** What a tenant decides about its messages; kept in `tenants.settings`, and kept to below the nodes. */
import { type Static, Type } from "typebox";
import { type OwnWords, PURPOSES } from "./opt-out-words.ts";
import type { QuietHours } from "./quiet-hours.ts";
import { DEFAULT_RETRIES, type Retries } from "./whatsapp-retries.ts";

const strict = { additionalProperties: false } as const;
const PurposeSchema = Type.Enum([...PURPOSES]);
const span = {
  from: Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", description: "HH:MM" }),
  to: Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$", description: "HH:MM" }),
};
const SpanOrNone = Type.Union([Type.Object(span, strict), Type.Null()]);
const Country = Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1: two letters." });
const Countries = Type.Array(Country, { maxItems: 250, uniqueItems: true });
const Answer = Type.String({ maxLength: 320 });

export const QuietHoursSchema = Type.Object(
  {
    ...span,
    zone: Type.Optional(
      Type.Enum(["recipient", "tenant"], { default: "recipient", description: "Whose clock counts." }),
    ),
    purposes: Type.Optional(
      Type.Object(
        {
          service: Type.Optional(SpanOrNone),
          notice: Type.Optional(SpanOrNone),
          marketing: Type.Optional(SpanOrNone),
        },
        {
          ...strict,
          description: "Other hours for a purpose; null: none. `service` has none unless it is named.",
        },
      ),
    ),
  },
  strict,
);

export const MessagingSettingsSchema = Type.Object(
  {
    quietHours: Type.Optional(Type.Union([QuietHoursSchema, Type.Null()])),
    consent: Type.Optional(
      Type.Object(
        {
          marketing: Type.Enum(["require", "opt-out"], {
            description: "`require`: only to who allowed it. `opt-out`: to all who did not refuse.",
          }),
        },
        strict,
      ),
    ),
    optOut: Type.Optional(
      Type.Object(
        {
          keywords: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  words: Type.Array(Type.String({ minLength: 2, maxLength: 40 }), {
                    minItems: 1,
                    maxItems: 20,
                  }),
                  does: Type.Enum(["stop", "start"]),
                  purposes: Type.Array(PurposeSchema, { minItems: 1, uniqueItems: true }),
                },
                strict,
              ),
              { maxItems: 20, description: "Words of your own, such as BAJA PROMO for marketing alone." },
            ),
          ),
          confirm: Type.Optional(
            Type.Boolean({ default: true, description: "Answer once, where the vendor does not." }),
          ),
          answers: Type.Optional(
            Type.Object(
              { stop: Type.Optional(Answer), start: Type.Optional(Answer), help: Type.Optional(Answer) },
              {
                ...strict,
                description: "Your words for the answers; help is only answered where you give some.",
              },
            ),
          ),
        },
        strict,
      ),
    ),
    countries: Type.Optional(
      Type.Object(
        {
          sms: Type.Optional(Countries),
          whatsapp: Type.Optional(Countries),
          voice: Type.Optional(Countries),
        },
        {
          ...strict,
          description: "Countries that may be reached, by channel; a channel that is not named: all.",
        },
      ),
    ),
    destinationGuard: Type.Optional(
      Type.Object(
        {
          perHour: Type.Integer({
            minimum: 1,
            maximum: 1_000_000,
            description: "SMS to one block of ten thousand numbers in an hour.",
          }),
          where: Type.Enum(["abroad", "everywhere", "off"], {
            description: "Which destinations are counted.",
          }),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type MessagingSettings = Static<typeof MessagingSettingsSchema>;

export const SETTING_NAMES = ["quietHours", "consent", "optOut", "countries", "destinationGuard"] as const;

export interface Guard {
  readonly perHour: number;
  readonly where: "abroad" | "everywhere" | "off";
}

/** All of it, with what counts where a tenant said nothing. */
export interface MessagingRules {
  readonly quietHours: QuietHours | undefined;
  readonly marketing: "require" | "opt-out";
  readonly keywords: readonly OwnWords[];
  readonly confirm: boolean;
  readonly answers: { readonly stop?: string; readonly start?: string; readonly help?: string };
  readonly countries: Readonly<Partial<Record<"sms" | "whatsapp" | "voice", readonly string[]>>>;
  readonly guard: Guard;
  readonly whatsappRetries: Retries;
}

// Fraud goes abroad: where a tenant is at home, a busy hour is more likely a campaign.
export const DEFAULT_GUARD: Guard = { perHour: 100, where: "abroad" };

/** `settings` was checked when it was saved. */
export function messagingRules(settings: object): MessagingRules {
  const { quietHours, consent, optOut, countries, destinationGuard, whatsappRetries } =
    settings as MessagingSettings & {
      readonly whatsappRetries?: Retries;
    };
  return {
    quietHours: quietHours?.from && quietHours.to ? quietHours : undefined,
    marketing: consent?.marketing ?? "require",
    keywords: optOut?.keywords ?? [],
    confirm: optOut?.confirm ?? true,
    answers: optOut?.answers ?? {},
    countries: countries ?? {},
    guard: destinationGuard ?? DEFAULT_GUARD,
    whatsappRetries: whatsappRetries ?? DEFAULT_RETRIES,
  };
}

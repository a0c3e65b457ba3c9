import type { AccountNote, Blocked, JsonObject, Severity } from "../../../../engine/plugin-api.ts";
import { numberOf, objectOf, objectsOf, textOf } from "../../wire/json.ts";
import { displayedE164 } from "../../wire/phone.ts";
import { accountNote, type FieldReader } from "./field.ts";

/** What Meta decides about an account: bans, restrictions, violations, partners coming and going. */
export default {
  field: "account_update",
  read(change) {
    const { value } = change;
    const event = textOf(value.event) ?? "UNKNOWN";
    const number = textOf(value.phone_number);
    const { severity, en, es, blocked } = meaning(event, value);
    const note: AccountNote = {
      field: "account_update",
      event,
      severity,
      text: { en, es },
      ...(blocked === undefined ? {} : { state: { blocked: blocked && asJson(blocked) } }),
    };
    return [accountNote(change, note, { e164: number === null ? null : displayedE164(number) })];
  },
} satisfies FieldReader;

function asJson({ text, ...rest }: Blocked): JsonObject {
  return { ...rest, text: { ...text } };
}

interface Meaning {
  readonly severity: Severity;
  readonly en: string;
  readonly es: string;
  /** Null: what kept the number from sending is over. Absent: it says nothing of that. */
  readonly blocked?: Blocked | null;
}

function meaning(event: string, value: JsonObject): Meaning {
  if (event === "ACCOUNT_RESTRICTION") return restriction(objectsOf(value.restriction_info));
  if (event === "DISABLED_UPDATE") return ban(textOf(objectOf(value.ban_info).waba_ban_state));
  return (
    BY_EVENT[event] ?? {
      severity: "info",
      en: `Account update: ${event}.`,
      es: `Cambio en la cuenta: ${event}.`,
    }
  );
}

const BY_EVENT: Readonly<Record<string, Meaning>> = {
  ACCOUNT_VIOLATION: {
    severity: "warning",
    en: "The account broke a policy of WhatsApp.",
    es: "La cuenta incumplió una política de WhatsApp.",
  },
  ACCOUNT_DELETED: gone("The account was deleted.", "La cuenta se eliminó.", "ACCOUNT_DELETED"),
  ACCOUNT_OFFBOARDED: gone(
    "The number left the platform.",
    "El número salió de la plataforma.",
    "ACCOUNT_OFFBOARDED",
  ),
  PARTNER_REMOVED: gone(
    "The account is not shared with us any more.",
    "La cuenta ya no está compartida con nosotros.",
    "PARTNER_REMOVED",
  ),
  ACCOUNT_RECONNECTED: {
    severity: "info",
    en: "The number is back on the platform.",
    es: "El número volvió a la plataforma.",
    blocked: null,
  },
  PARTNER_ADDED: {
    severity: "info",
    en: "The account is shared with us.",
    es: "La cuenta está compartida con nosotros.",
    blocked: null,
  },
};

function gone(en: string, es: string, code: string): Meaning {
  return { severity: "critical", en, es, blocked: { scope: "all", until: null, code, text: { en, es } } };
}

function ban(state: string | null): Meaning {
  if (state === "REINSTATE") {
    return {
      severity: "info",
      en: "The account is allowed again.",
      es: "La cuenta vuelve a estar permitida.",
      blocked: null,
    };
  }
  if (state === "SCHEDULE_FOR_DISABLE") {
    return {
      severity: "critical",
      en: "WhatsApp is about to disable the account.",
      es: "WhatsApp está a punto de inhabilitar la cuenta.",
    };
  }
  return gone("WhatsApp has disabled the account.", "WhatsApp ha inhabilitado la cuenta.", "DISABLED_UPDATE");
}

// What WhatsApp takes away under these names; other names restrict no message.
const SCOPES: Readonly<Record<string, Blocked["scope"]>> = {
  RESTRICTED_BIZ_INITIATED_MESSAGING: "initiated",
  RESTRICTED_CUSTOMER_INITIATED_MESSAGING: "all",
};

function restriction(restrictions: readonly JsonObject[]): Meaning {
  const names = restrictions.flatMap(({ restriction_type: type }) => textOf(type) ?? []);
  const said: Meaning = {
    severity: "warning",
    en: `The account is restricted: ${names.join(", ") || "for a reason WhatsApp does not name"}.`,
    es: `La cuenta está restringida: ${names.join(", ") || "por un motivo que WhatsApp no indica"}.`,
  };
  const [worst] = restrictions
    .flatMap((one) => {
      const name = textOf(one.restriction_type) ?? "";
      const scope = SCOPES[name];
      return scope ? [{ scope, until: expiryOf(one.expiration), code: name, text: textOfScope(scope) }] : [];
    })
    .toSorted((a, b) => Number(b.scope === "all") - Number(a.scope === "all"));
  return worst ? { ...said, severity: "critical", blocked: worst } : said;
}

function textOfScope(scope: Blocked["scope"]): Blocked["text"] {
  return scope === "all"
    ? { en: "WhatsApp lets it send nothing.", es: "WhatsApp no le deja enviar nada." }
    : {
        en: "WhatsApp lets it only answer people who wrote within 24 hours.",
        es: "WhatsApp solo le deja responder a quien escribió en las últimas 24 horas.",
      };
}

/** Seconds, or a date as text. */
function expiryOf(expiration: JsonObject[string] | undefined): string | null {
  const seconds = numberOf(expiration);
  const moment = new Date(seconds === null ? (textOf(expiration) ?? Number.NaN) : seconds * 1000);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

/** What vendors say of numbers and accounts: kept with its tenants, and told to the operator where somebody should act. */
import type { JsonObject } from "../core/json.ts";
import { newId } from "../ids.ts";
import type { AccountNote, ChannelKind } from "../plugin-api.ts";
import { noteEvent } from "../store/number-events.ts";
import type { Counted } from "../store/number-usage.ts";
import { ruleAt } from "./allowances.ts";
import type { Runtime } from "./runtime.ts";

/** Which number or account a note is about, and where it came from. */
export interface Subject {
  readonly provider: string;
  readonly account?: string | null;
  /** Both absent: all of the account. */
  readonly providerId?: string | null;
  readonly e164?: string | null;
  /** Tenants whose numbers it may be about; null: any. */
  readonly tenants: readonly string[] | null;
  readonly contactId?: string | null;
  readonly aboutRef?: string | null;
  readonly at?: string | null;
  /** Said again under the same key, it is kept once. */
  readonly dedupeKey: string;
}

/** Keeps a note for every tenant it concerns. The first time it is also a line in the operator's log. */
export async function keepAccountNote(runtime: Runtime, subject: Subject, note: AccountNote): Promise<void> {
  const { provider, account = null, providerId = null, e164 = null, dedupeKey, tenants } = subject;
  const told = await noteEvent(runtime.db, {
    id: newId("numberEvent"),
    provider,
    account,
    providerId,
    e164,
    tenants,
    dedupeKey,
    contactId: subject.contactId ?? null,
    aboutRef: subject.aboutRef ?? null,
    at: subject.at ?? null,
    field: note.field,
    event: note.event,
    severity: note.severity,
    data: note.data ?? {},
    state: note.state ?? null,
  });
  for (const { tenant } of told) if (note.state) runtime.directory.forget(tenant);
  const fresh = told.filter(({ isNew }) => isNew);
  if (told.length > 0 && fresh.length === 0) return;
  const facts = { provider, account, providerId, number: e164, field: note.field, event: note.event };
  const line = { ...facts, tenants: fresh.map(({ tenant }) => tenant) };
  const words = told.length > 0 ? note.text.en : `${note.text.en} Nobody here has that number or account.`;
  runtime.log[LEVELS[note.severity]](line, words);
}

const LEVELS = { info: "info", warning: "warn", critical: "error" } as const;

const HOUR_MS = 3_600_000;

/** A refusal that says something of the number or its account, such as a payment problem; once an hour for each code. */
export async function noteRefusal(
  runtime: Runtime,
  from: {
    readonly provider: string;
    readonly channel: ChannelKind;
    readonly providerId: string | null;
    readonly tenant: string;
  },
  { vendorCode, message }: { readonly vendorCode: string; readonly message: string },
): Promise<void> {
  const { provider, channel, providerId, tenant } = from;
  const note = runtime.registry.channel(provider, channel)?.saysOfAccount?.(vendorCode);
  if (!note || providerId === null) return;
  const hour = Math.floor(runtime.clock.now().getTime() / HOUR_MS);
  const dedupeKey = `refusal:${providerId}:${vendorCode}:${hour}`;
  const data: JsonObject = { ...note.data, vendorCode, message };
  const subject = { provider, providerId, tenants: [tenant], dedupeKey };
  try {
    await keepAccountNote(runtime, subject, { ...note, data });
  } catch (error) {
    // What became of the message is known, whatever becomes of the note; the next refusal says it again.
    runtime.log.error(
      { err: error, provider, providerId, vendorCode },
      "what a refusal says of a number was not kept",
    );
  }
}

// Parts of the allowance at which somebody should know.
const MARKS = [0.7, 0.9, 1] as const;

/** The allowance of a number is nearly, or all, used up: by our count, or because the vendor bills what it would give away. */
export async function noteAllowance(
  runtime: Runtime,
  from: { readonly tenant: string; readonly provider: string; readonly channel: ChannelKind },
  counted: Counted,
): Promise<void> {
  const channel = runtime.registry.channel(from.provider, from.channel);
  const rule = channel && ruleAt(channel, runtime.clock.now());
  if (!rule?.categories.includes(counted.category) || counted.providerId === null) return;
  const { month, type, delivered } = counted;
  const mark = rule.usedBy.includes(type)
    ? MARKS.find((part) => delivered === Math.ceil(rule.amount * part))
    : undefined;
  const isFirstBilled = !rule.free.includes(type) && delivered === 1;
  if (mark === undefined && !isFirstBilled) return;
  const percent = Math.round((mark ?? 1) * 100);
  const event = isFirstBilled ? "exhausted" : `used_${percent}`;
  const subject = {
    provider: from.provider,
    providerId: counted.providerId,
    tenants: [from.tenant],
    dedupeKey: `allowance:${counted.providerId}:${month}:${event}`,
  };
  await keepAccountNote(runtime, subject, {
    field: "allowance",
    event,
    severity: isFirstBilled || percent === 100 ? "warning" : "info",
    text: isFirstBilled ? BILLED : usedText(percent),
    data: { month, amount: rule.amount },
  });
}

const BILLED = {
  en: "The free messages of the month are used up: the vendor bills from here on.",
  es: "Los mensajes gratuitos del mes se han agotado: el proveedor cobra desde ahora.",
};

function usedText(percent: number) {
  return {
    en: `${percent} % of the month's free messages are used.`,
    es: `Se ha usado el ${percent} % de los mensajes gratuitos del mes.`,
  };
}

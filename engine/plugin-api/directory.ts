import type { JsonObject } from "../core/json.ts";
import type { TemplateContent } from "../core/template-content.ts";
import type { DeclaredVariable } from "../core/template-values.ts";
import type { SenderView } from "./channels.ts";
import type { ChannelKind } from "./kinds.ts";

/** What the tenant keeps about itself: stores, groups, numbers, templates. */
export interface DirectoryView {
  store(storeId: string): Promise<StoreView | null>;
  storesOfGroup(groupId: string): Promise<readonly StoreView[]>;
  storesOfTenant(): Promise<readonly StoreView[]>;
  group(groupId: string): Promise<GroupView | null>;
  /** Holidays and hours of the tenant itself. */
  tenantHours(): Promise<JsonObject>;
  /** A template by key: the store's own, else its group's, else the tenant's; then by locale with fallback. */
  template(
    key: string,
    choice: { readonly locale: string; readonly storeId?: string },
  ): Promise<TemplateView | null>;
  /** The store this contact was routed to last, if any. */
  lastStoreOf(contactPhone: string): Promise<string | null>;
  /** Interactions of each store in the last hour. */
  storeLoad(storeIds: readonly string[]): Promise<Readonly<Record<string, number>>>;
  /** The tenant's number with this provider that a message over the channel would leave from. @throws AppError SENDER_MISSING */
  sender(
    channel: ChannelKind,
    choice: { readonly provider: string; readonly fromNumberId?: string },
  ): Promise<SenderView>;
  /**
   * Who a call of this run comes from: the number asked for, else the store's, the one the run came in by, or the
   * tenant's. Null: the tenant has no such number for calls at this provider.
   */
  callerNumber(provider: string, e164?: string): Promise<SenderView | null>;
  /**
   * A short tracked link to `url` for this run, and for one person of it. The same step asks again, the same link comes back.
   * @throws AppError PARAMS_INVALID when it is no web address
   */
  trackedLink(
    url: string,
    options?: { readonly recipient?: string; readonly expiresAt?: Date },
  ): Promise<string>;
}

export interface StoreView {
  readonly id: string;
  readonly name: string;
  readonly groupId: string | null;
  readonly address: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly country: string;
  readonly postalCode: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly timezone: string;
  readonly landline: string | null;
  readonly mobile: string | null;
  readonly website: string | null;
  /** `OpeningHours` of core/hours. */
  readonly hours: JsonObject;
  /** The hours of today in words, in the tenant's locale, for templates: "hoy de 9:00 a 20:00". */
  readonly hoursText?: string;
}

export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly hours: JsonObject | null;
  readonly timezone: string;
}

export interface TemplateView {
  readonly id: string;
  readonly key: string;
  readonly locale: string;
  readonly category: string;
  /** The words, with named variables: "Hola {{ name }}"; header, footer and buttons. */
  readonly content: TemplateContent;
  /** In vendor order. */
  readonly variables: readonly DeclaredVariable[];
  /** Names of the variables of every version of this key: the stores' own, and those in other languages. */
  readonly known: readonly string[];
  /**
   * What each vendor calls it, and what it says of it: `{ twilio: { contentSid: "HX…", status: "approved" }, meta: { name,
   * language, status: "paused", reason } }`. `submitted` where the vendor has other words than `content`.
   */
  readonly vendors: JsonObject;
}

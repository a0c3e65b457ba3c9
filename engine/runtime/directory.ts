import { LRUCache } from "lru-cache";
import type { ErpModule } from "../core/erp-module.ts";
import type { OpeningHours } from "../core/hours.ts";
import { hoursText } from "../core/hours-text.ts";
import type { JsonObject } from "../core/json.ts";
import { localMoment } from "../core/local-moment.ts";
import { type MessagingRules, messagingRules } from "../core/messaging-settings.ts";
import type { StoreView, TenantView } from "../plugin-api.ts";
import type { Database } from "../store/database.ts";
import { type GroupRow, listGroups, listNumbers, listStores, readTenant } from "../store/directory.ts";
import type { NumberRow, StoreRow, TenantRow } from "../store/routing.ts";
import { listTemplates, type TemplateRow } from "../store/templates.ts";
import { noticesBeside } from "./notice-templates.ts";

/** What a tenant keeps about itself, as of a few seconds ago. */
export interface TenantDirectory {
  readonly tenant: TenantRow;
  /** What it decided about its messages, and what its plan lets it reach. */
  readonly rules: MessagingRules;
  readonly planCountries: readonly string[] | null;
  readonly stores: readonly StoreRow[];
  readonly groups: readonly GroupRow[];
  readonly numbers: readonly (NumberRow & {
    readonly voice: boolean;
    readonly sms: boolean;
    readonly whatsapp: boolean;
    /** Messages, or segments, it may send per second; null: what its channel says. */
    readonly pace_per_second: number | null;
    /** What its vendor said of it: whether it may send, among others. */
    readonly vendor_state: JsonObject;
    /** Whether what the vendor does not bill costs credits; null: as the tenant's settings say. */
    readonly free_messages: "charge" | "free" | null;
    readonly account_ref: string | null;
  })[];
  /** Its own, and the modules' notices it has none of its own for. */
  readonly templates: readonly TemplateRow[];
}

export interface Directory {
  of(tenantId: string): Promise<TenantDirectory>;
  /** Something changed: this process reads again at once. */
  forget(tenantId: string): void;
}

const KEPT_FOR_MS = 3_000;

export function createDirectory(db: Database, modules: readonly ErpModule[] = []): Directory {
  const notices = noticesBeside(modules);
  const kept = new LRUCache<string, Promise<TenantDirectory>>({ max: 500, ttl: KEPT_FOR_MS });
  const load = (tenantId: string): Promise<TenantDirectory> =>
    db.asTenant(tenantId, async (scope) => {
      const tenant = await readTenant(scope);
      if (!tenant) throw new TypeError(`tenant ${tenantId} does not exist`);
      const [stores, groups, numbers, templates] = [
        await listStores(scope),
        await listGroups(scope),
        await listNumbers(scope),
        await listTemplates(scope),
      ];
      const rules = messagingRules(tenant.settings);
      return {
        tenant,
        rules,
        planCountries: tenant.plan_countries ?? null,
        stores,
        groups,
        numbers,
        templates: [...templates, ...notices(templates)],
      };
    });
  return {
    forget: (tenantId) => void kept.delete(tenantId),
    async of(tenantId) {
      const known = kept.get(tenantId);
      if (known) return known;
      const loading = load(tenantId);
      kept.set(tenantId, loading);
      loading.catch(() => kept.delete(tenantId));
      return loading;
    },
  };
}

export function tenantView(row: TenantRow): TenantView {
  const { id, name, country, timezone, locale } = row;
  return { id, name, country, timezone, locale };
}

export function storeView(row: StoreRow): StoreView {
  const { id, name, address, city, region, country, lat, lon, timezone, landline, mobile, website, hours } =
    row;
  return {
    id,
    name,
    groupId: row.group_id,
    address,
    city,
    region,
    country,
    postalCode: row.postal_code,
    lat,
    lon,
    timezone,
    landline,
    mobile,
    website,
    hours,
  };
}

/** A store as templates see it: with the hours of the day in words. */
export function storeInWords(store: StoreView, at: Date, locale: string): StoreView {
  return {
    ...store,
    hoursText: hoursText(store.hours as OpeningHours, localMoment(at, store.timezone), locale),
  };
}

export function asJson(view: object): JsonObject {
  return view as JsonObject;
}

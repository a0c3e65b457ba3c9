import { LRUCache } from "lru-cache";
import type { JsonObject } from "../core/json.ts";
import { AppError } from "../errors.ts";
import { isTwin } from "../ids.ts";
import type { Registry } from "../registry.ts";
import { readCredential } from "../store/credentials.ts";
import type { Database } from "../store/database.ts";
import { credentialsOfAccount } from "../store/routing.ts";
import type { Keys } from "./sealing.ts";

/** A secret that may have signed a request, and whose it is; `tenantId` null for the operator's. */
export interface AccountSecret {
  readonly tenantId: string | null;
  readonly fields: JsonObject;
}

export interface Secrets {
  /** @throws AppError CREDENTIAL_MISSING when neither the tenant nor the operator has one */
  open(tenantId: string, type: string, ref?: string): Promise<JsonObject>;
  /** Every credential that opens this vendor account; with `account` null, the operator's. */
  ofAccount(type: string, account: string | null): Promise<readonly AccountSecret[]>;
}

const KEPT_FOR_MS = 10_000;

export function createSecrets(options: {
  readonly db: Database;
  readonly keys: Keys;
  readonly registry: Registry;
  readonly operator: Readonly<Record<string, JsonObject>>;
}): Secrets {
  const { db, keys, registry, operator } = options;
  const opened = new LRUCache<string, JsonObject>({ max: 2_000, ttl: KEPT_FOR_MS });
  const accounts = new LRUCache<string, readonly AccountSecret[]>({ max: 2_000, ttl: KEPT_FOR_MS });
  const place = (tenantId: string, row: string) => ({ tenantId, table: "credentials", row });
  const load = async (tenantId: string, type: string, ref?: string): Promise<JsonObject> => {
    const row = await db.asTenant(tenantId, (scope) => readCredential(scope, type, ref));
    if (row) return keys.open(place(tenantId, row.id), row.sealed);
    // A simulation has the accounts it was given, which no real vendor knows.
    const own = isTwin(tenantId) ? undefined : operator[type];
    if (own && ref === undefined) return own;
    throw new AppError(
      "CREDENTIAL_MISSING",
      `No credential of type "${type}"${ref ? ` named "${ref}"` : ""} is stored for this tenant, and the operator has none either.`,
      { type },
    );
  };
  return {
    async open(tenantId, type, ref) {
      const key = `${tenantId} ${type} ${ref ?? ""}`;
      const known = opened.get(key);
      if (known) return known;
      const fields = await load(tenantId, type, ref);
      opened.set(key, fields);
      return fields;
    },
    async ofAccount(type, account) {
      const key = `${type} ${account ?? ""}`;
      const known = accounts.get(key);
      if (known) return known;
      const rows = account === null ? [] : await credentialsOfAccount(db, type, account);
      const tenants = rows.map((row) => ({
        tenantId: row.tenant_id,
        fields: keys.open(place(row.tenant_id, row.id), row.sealed),
      }));
      const own = operator[type];
      const field = registry.credential(type)?.accountField;
      const isOperators =
        own !== undefined && (account === null || field === undefined || own[field] === account);
      const found = isOperators ? [...tenants, { tenantId: null, fields: own }] : tenants;
      accounts.set(key, found);
      return found;
    },
  };
}

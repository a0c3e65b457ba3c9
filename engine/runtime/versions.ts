import { LRUCache } from "lru-cache";
import { type Graph, graphOf } from "../core/graph.ts";
import type { JsonObject } from "../core/json.ts";
import type { Database } from "../store/database.ts";
import { publishedVersion, type VersionRow, versionById } from "../store/routing.ts";
import { flowsWithTrigger } from "../store/status-flows.ts";

/** A published flow, ready to walk. */
export interface Version {
  readonly id: string;
  readonly flowKey: string;
  readonly number: number;
  readonly graph: Graph;
}

export interface TriggeredFlow {
  readonly flowKey: string;
  readonly nodeId: string;
  readonly params: JsonObject;
}

export interface Versions {
  /** A run's own version, pinned for its life. */
  byId(tenantId: string, versionId: string): Promise<Version | null>;
  /** The version that new runs get, a few seconds old at most; or version `number`. */
  published(tenantId: string, flowKey: string, number?: number): Promise<Version | null>;
  /** Published flows that triggers of this type start, a few seconds old at most. */
  withTrigger(tenantId: string, type: string): Promise<readonly TriggeredFlow[]>;
  /** Something was published: this process asks again at once. */
  forget(tenantId: string, flowKey: string): void;
}

const PUBLISHED_FOR_MS = 2_000;

/** Versions are immutable, so they are kept; which one is published is asked again every two seconds. */
export function createVersions(db: Database): Versions {
  const versions = new LRUCache<string, Version>({ max: 2_000 });
  const published = new LRUCache<string, { readonly version: Version | null }>({
    max: 5_000,
    ttl: PUBLISHED_FOR_MS,
  });
  const triggered = new LRUCache<string, readonly TriggeredFlow[]>({ max: 5_000, ttl: PUBLISHED_FOR_MS });
  const remember = (row: VersionRow | null): Version | null => {
    if (!row) return null;
    const known = versions.get(row.id);
    if (known) return known;
    const version = { id: row.id, flowKey: row.flowKey, number: row.number, graph: graphOf(row.document) };
    versions.set(row.id, version);
    return version;
  };
  return {
    forget(tenantId, flowKey) {
      published.delete(`${tenantId} ${flowKey}`);
      triggered.clear();
    },
    async withTrigger(tenantId, type) {
      const known = triggered.get(`${tenantId} ${type}`);
      if (known) return known;
      const rows = await flowsWithTrigger(db, tenantId, type);
      const flows = rows.map((row) => ({ ...row, params: row.params ?? {} }));
      triggered.set(`${tenantId} ${type}`, flows);
      return flows;
    },
    byId: async (tenantId, versionId) =>
      versions.get(versionId) ?? remember(await versionById(db, tenantId, versionId)),
    async published(tenantId, flowKey, number) {
      if (number !== undefined) return remember(await publishedVersion(db, tenantId, flowKey, number));
      const key = `${tenantId} ${flowKey}`;
      const known = published.get(key);
      if (known) return known.version;
      const version = remember(await publishedVersion(db, tenantId, flowKey));
      published.set(key, { version });
      return version;
    },
  };
}

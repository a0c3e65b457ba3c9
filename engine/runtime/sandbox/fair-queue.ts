/** Waiting jobs: first come, first served within a tenant; tenants take turns. */
export interface FairQueue<T> {
  readonly size: number;
  sizeOf(tenantId: string): number;
  add(tenantId: string, job: T): void;
  /** The next job of a tenant that may run, whose turn then is over; null when there is none. */
  take(mayRun: (tenantId: string) => boolean): { readonly tenantId: string; readonly job: T } | null;
  /** Takes a job out before its turn. False when it is not waiting any more. */
  remove(tenantId: string, job: T): boolean;
  /** Everything that waits, and nothing waits any more. */
  clear(): T[];
}

export function createFairQueue<T>(): FairQueue<T> {
  // A map keeps the order in which keys were added: whose turn it is comes first.
  const lines = new Map<string, T[]>();
  const keep = (tenantId: string, line: T[]) => {
    lines.delete(tenantId);
    if (line.length > 0) lines.set(tenantId, line);
  };
  return {
    get size() {
      return [...lines.values()].reduce((sum, line) => sum + line.length, 0);
    },
    sizeOf: (tenantId) => lines.get(tenantId)?.length ?? 0,
    add(tenantId, job) {
      const line = lines.get(tenantId);
      if (line) line.push(job);
      else lines.set(tenantId, [job]);
    },
    take(mayRun) {
      for (const [tenantId, [job, ...rest]] of lines) {
        if (job === undefined || !mayRun(tenantId)) continue;
        keep(tenantId, rest);
        return { tenantId, job };
      }
      return null;
    },
    remove(tenantId, job) {
      const line = lines.get(tenantId) ?? [];
      const at = line.indexOf(job);
      if (at < 0) return false;
      line.splice(at, 1);
      if (line.length === 0) lines.delete(tenantId);
      return true;
    },
    clear() {
      const all = [...lines.values()].flat();
      lines.clear();
      return all;
    },
  };
}

import type { LiveMessage, LiveTopic } from "../../core/live.ts";

type Listener = (message: LiveMessage) => void;

/** Who listens to which topic of which tenant. */
export interface Hub {
  listen(tenantId: string, topic: LiveTopic, listener: Listener): () => void;
  publish(tenantId: string, message: LiveMessage): void;
  /** Topics of this kind that somebody listens to, by tenant. */
  listenedTo(prefix: string): ReadonlyMap<string, readonly LiveTopic[]>;
  isHeard(tenantId: string, topic: LiveTopic): boolean;
}

export function createHub(): Hub {
  const tenants = new Map<string, Map<LiveTopic, Set<Listener>>>();
  return {
    listen(tenantId, topic, listener) {
      const topics = tenants.get(tenantId) ?? new Map<LiveTopic, Set<Listener>>();
      const listeners = topics.get(topic) ?? new Set();
      tenants.set(tenantId, topics.set(topic, listeners.add(listener)));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) topics.delete(topic);
        if (topics.size === 0) tenants.delete(tenantId);
      };
    },
    publish(tenantId, message) {
      for (const listener of tenants.get(tenantId)?.get(message.topic) ?? []) listener(message);
    },
    listenedTo(prefix) {
      const found = [...tenants].map(
        ([tenantId, topics]) =>
          [tenantId, [...topics.keys()].filter((topic) => topic.startsWith(prefix))] as const,
      );
      return new Map(found.filter(([, topics]) => topics.length > 0));
    },
    isHeard: (tenantId, topic) => tenants.get(tenantId)?.has(topic) ?? false,
  };
}

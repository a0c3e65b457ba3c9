/** Drafts that were saved or published: told by the routes, and looked for where another process did it. */
import type { LiveTopic } from "../../core/live.ts";
import type { Logger } from "../../log.ts";
import type { Database } from "../../store/database.ts";
import { revisionsOf } from "../../store/flows.ts";
import type { Caller } from "../authenticate.ts";
import type { Hub } from "./hub.ts";
import { repeatedly } from "./run-changes.ts";

const LOOK_EVERY_MS = 2_000;

export interface FlowChange {
  readonly caller: Caller;
  readonly key: string;
  readonly revision: number;
}

export interface FlowNews {
  saved(change: FlowChange): void;
  published(change: FlowChange): void;
}

/** Where nobody listens, as in what only lists the routes. */
export const NO_NEWS: FlowNews = { saved: () => undefined, published: () => undefined };

type Known = { readonly revision: number; readonly published: number | null };

export function watchFlowChanges(db: Database, hub: Hub, log: Logger): FlowNews & { stop(): void } {
  const known = new Map<string, Known>();
  const tell = (
    tenantId: string,
    key: string,
    news: { kind: "saved" | "published"; revision: number; by: string },
  ) => {
    const topic: LiveTopic = `flow:${key}`;
    hub.publish(tenantId, { topic, ...news, at: new Date().toISOString() });
  };
  const told =
    (kind: "saved" | "published") =>
    ({ caller, key, revision }: FlowChange) => {
      const place = `${caller.tenantId} ${key}`;
      const before = known.get(place);
      if (before)
        known.set(place, {
          revision,
          published: kind === "published" ? (before.published ?? 0) + 1 : before.published,
        });
      tell(caller.tenantId, key, { kind, revision, by: caller.person?.user.name ?? "API" });
    };
  const compare = (tenantId: string, { key, revision, published }: Known & { readonly key: string }) => {
    const place = `${tenantId} ${key}`;
    const before = known.get(place);
    known.set(place, { revision, published });
    if (!before) return;
    if (revision > before.revision) tell(tenantId, key, { kind: "saved", revision, by: "" });
    if ((published ?? 0) > (before.published ?? 0))
      tell(tenantId, key, { kind: "published", revision, by: "" });
  };
  const look = async () => {
    const listening = hub.listenedTo("flow:");
    for (const [tenantId, topics] of listening) {
      const keys = topics.map((topic) => topic.slice("flow:".length));
      const rows = await db.asTenant(tenantId, (scope) => revisionsOf(scope, keys));
      for (const row of rows) compare(tenantId, row);
    }
    for (const place of known.keys()) if (!isListened(listening, place)) known.delete(place);
  };
  const stop = repeatedly(look, LOOK_EVERY_MS, (error) =>
    log.warn({ err: error }, "changes of flows were not looked for; they are again in a moment"),
  );
  return { saved: told("saved"), published: told("published"), stop };
}

function isListened(listening: ReturnType<Hub["listenedTo"]>, place: string): boolean {
  const [tenantId = "", key = ""] = place.split(" ");
  return listening.get(tenantId)?.includes(`flow:${key}`) ?? false;
}

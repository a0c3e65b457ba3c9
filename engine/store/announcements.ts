import pg from "pg";
import { type Connection, connectionOptions } from "./database.ts";

/**
 * Tells the other processes that runs were queued, so that they claim at once instead of at their next look. Only a
 * shortcut: what is lost, while the connection is down or otherwise, is found by looking.
 */
export interface Announcements {
  announce(): void;
  /** Starts hearing the announcements of all processes, this one's included. */
  listen(handle: () => void): void;
  stop(): Promise<void>;
}

const CHANNEL = "centralita_queued";
// NOTIFY takes a lock of the whole cluster: never in a transaction that does work, and at most this often.
const GATHER_MS = 10;
const RECONNECT_MS = 1_000;

/** One connection of its own; it must not go through a pooler, which cannot listen. */
export function openAnnouncements(
  connection: Connection | string,
  onTrouble: (error: unknown) => void,
): Announcements {
  let client: pg.Client | null = null;
  let handler: (() => void) | null = null;
  let gathering: NodeJS.Timeout | null = null;
  let retry: NodeJS.Timeout | null = null;
  let stopped = false;

  const connect = async () => {
    retry = null;
    const fresh = new pg.Client({ ...connectionOptions(connection), connectionTimeoutMillis: 5_000 });
    const lose = (error?: unknown) => {
      if (client === fresh) client = null;
      if (stopped || retry) return;
      if (error) onTrouble(error);
      retry = setTimeout(() => void connect(), RECONNECT_MS).unref();
    };
    fresh.on("error", lose);
    fresh.on("end", () => lose());
    fresh.on("notification", () => handler?.());
    try {
      await fresh.connect();
      await fresh.query(`listen ${CHANNEL}`);
      if (stopped) return void (await fresh.end());
      client = fresh;
      // Whatever was announced while nobody listened.
      handler?.();
    } catch (error) {
      lose(error);
      await fresh.end().catch(() => undefined);
    }
  };
  void connect();
  const tell = () => {
    gathering = null;
    client?.query(`notify ${CHANNEL}`).catch(onTrouble);
  };
  return {
    announce() {
      gathering ??= setTimeout(tell, GATHER_MS).unref();
    },
    listen(handle) {
      handler = handle;
      handle();
    },
    async stop() {
      stopped = true;
      if (retry) clearTimeout(retry);
      if (gathering) clearTimeout(gathering);
      if (gathering && client) await client.query(`notify ${CHANNEL}`).catch(() => undefined);
      await client?.end().catch(() => undefined);
    },
  };
}

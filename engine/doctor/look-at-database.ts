import pg from "pg";
import { AppError } from "../errors.ts";
import { type Connection, connectionOptions } from "../store/database.ts";
import { refuseOldServer } from "../store/migrate.ts";
import { advice, type Finding, reasonOf, trouble, well } from "./finding.ts";

// 12 and 10 of the pools, 3 of the queue, 1 that listens, and one to look.
const CONNECTIONS_PER_PROCESS = 27;
const MOST_SKEW_MS = 2_000;

interface Server {
  readonly version: number;
  readonly max_connections: number;
  readonly used: number;
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly now: Date;
}

/** Whether the server does what our promises rest on. `now` is this machine's clock. */
export async function lookAtDatabase(
  connection: Connection | string,
  now: () => number = Date.now,
): Promise<readonly Finding[]> {
  const client = new pg.Client({ ...connectionOptions(connection), connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const askedAt = now();
    const server = await readServer(client);
    const skewMs = server.now.getTime() - (askedAt + now()) / 2;
    return [
      versionOf(server),
      durabilityOf(server),
      roomOf(server),
      clockOf(skewMs),
      await migrationsOf(client),
    ];
  } catch (error) {
    return [
      trouble(
        "database",
        `It does not answer: ${reasonOf(error)}. Check DATABASE_URL and that the server runs.`,
      ),
    ];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readServer(client: pg.Client): Promise<Server> {
  const { rows } = await client.query<Server>(`select current_setting('server_version_num')::int as version,
    current_setting('max_connections')::int as max_connections, (select count(*)::int from pg_stat_activity) as used,
    current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
    clock_timestamp() as now`);
  if (!rows[0]) throw new TypeError("the server told nothing of itself");
  return rows[0];
}

function versionOf({ version }: Server): Finding {
  try {
    refuseOldServer(version);
    return well("database", `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}.`);
  } catch (error) {
    return trouble("database", error instanceof AppError ? error.message : reasonOf(error));
  }
}

function durabilityOf({ fsync, synchronous_commit: commit }: Server): Finding {
  const what = "durability";
  if (fsync !== "on")
    return trouble(what, "fsync is off: a power cut loses runs and doubles messages. Turn it on.");
  if (commit === "off")
    return trouble(what, "synchronous_commit is off: a crash of the server may send twice. Turn it on.");
  return well(what, `fsync on, synchronous_commit ${commit}.`);
}

function roomOf({ max_connections: most, used }: Server): Finding {
  const what = "connections";
  const says = `${used} of ${most} in use; a process takes up to ${CONNECTIONS_PER_PROCESS}.`;
  if (most - used >= CONNECTIONS_PER_PROCESS) return well(what, says);
  return advice(
    what,
    `${says} Raise max_connections, or put PgBouncer in front and set DATABASE_DIRECT_URL.`,
  );
}

function clockOf(skewMs: number): Finding {
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
  if (Math.abs(skewMs) < MOST_SKEW_MS) return well("clock", `${seconds} s apart from the database's.`);
  return trouble(
    "clock",
    `${seconds} s ${skewMs > 0 ? "behind" : "ahead of"} the database's: signatures and sessions may be refused. Synchronise both (NTP).`,
  );
}

async function migrationsOf(client: pg.Client): Promise<Finding> {
  const what = "migrations";
  const { rows } = await client.query<{ made: string | null }>(
    "select to_regclass('schema_migrations')::text as made",
  );
  if (!rows[0]?.made) return advice(what, "The database is empty; the first start makes its tables.");
  const { rows: seen } = await client.query<{ name: string }>(
    "select name from schema_migrations order by name desc limit 1",
  );
  return well(what, `The last one is ${seen[0]?.name ?? "none"}; a start adds what is missing.`);
}

import createKnex, { type Knex } from "knex";
import pg from "pg";
import { AppError } from "../errors.ts";

export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A transaction that sees one tenant. */
export interface TenantScope {
  readonly tenantId: string;
  readonly sql: Knex.Transaction;
}

/**
 * The two ways into the database. `engine` connections act as `app_engine` and only call functions; `api` transactions
 * act as `app_api`, for one tenant each. Nothing here can reach a table without naming a tenant.
 */
export interface Database {
  /** Calls one of the engine's functions and gives its single value. */
  call<T>(name: EngineFunction, args: readonly unknown[]): Promise<T>;
  /** Calls a function that returns rows. */
  rows<T extends object>(name: EngineFunction, args: readonly unknown[]): Promise<T[]>;
  /** Reads or writes as one tenant. Keep it short: no outside call inside. */
  asTenant<T>(tenantId: string, work: (scope: TenantScope) => Promise<T>): Promise<T>;
  /** True when the server answers. */
  isReachable(): Promise<boolean>;
  /** How busy its connections are. */
  pools(): readonly PoolUse[];
  close(): Promise<void>;
}

export interface PoolUse {
  readonly pool: string;
  readonly used: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

export type EngineFunction = `engine_${string}`;

export interface DatabaseOptions {
  readonly connection: Connection | string;
  /**
   * The connection goes through a pooler in transaction mode (PgBouncer): nothing may outlive a transaction, neither a
   * role nor a prepared statement. Engine calls are made as the login then, which inherits `app_engine`.
   */
  readonly pooled?: boolean;
  /** Connections for the engine's calls; default 12 (24 measured no faster, 4 slower). */
  readonly enginePool?: number;
  /** Connections for reads and writes of the API; default 10. */
  readonly apiPool?: number;
}

// Network and shutdown states of PostgreSQL: the request may be tried again once the server is back.
const UNAVAILABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "57P01",
  "57P02",
  "57P03",
  "53300",
  "08006",
  "08003",
  "08001",
  // Our own limits below: whoever holds a lock that long, or a server that has fallen silent, holds up nobody else.
  "57014",
  "55P03",
  "25P03",
]);

// A statement that hangs would keep its run in flight, and its lease renewed, for ever. The server ends what it can see; the
// driver gives up on a connection that says nothing at all.
const SERVER_LIMITS = {
  statement_timeout: 15_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 10_000,
} as const;
const SILENCE_MS = 20_000;

// What is gathered in batches, of which few are under way at once. These functions are large: two or three servers that
// have their plans at hand do with less than a dozen that look at them now and then.
const BATCHED: ReadonlySet<EngineFunction> = new Set(["engine_commit", "engine_effect_status"]);

export function openDatabase(options: DatabaseOptions): Database {
  const { pooled = false, enginePool = 12 } = options;
  const forBatches = Math.ceil(enginePool / 4);
  const batches = openPool(options, forBatches);
  const engine = openPool(options, Math.max(1, enginePool - forBatches));
  const api = createKnex({
    client: "pg",
    connection: limited(options.connection, pooled),
    pool: { min: 0, max: options.apiPool ?? 10 },
    acquireConnectionTimeout: 5_000,
  });
  const query = async (name: EngineFunction, args: readonly unknown[], select: string) => {
    const places = args.map((_, index) => `$${index + 1}`).join(", ");
    const values = args.map((value) =>
      value !== null && typeof value === "object" && !Array.isArray(value) ? JSON.stringify(value) : value,
    );
    const text = `select ${select} from ${name}(${places}) as result`;
    // Named: parsed once per connection.
    const pool = BATCHED.has(name) ? batches : engine;
    return guard(() => pool.query(pooled ? { text, values } : { name, text, values }));
  };
  return {
    async call<T>(name: EngineFunction, args: readonly unknown[]): Promise<T> {
      const { rows } = await query(name, args, "result");
      return rows[0]?.result as T;
    },
    async rows<T extends object>(name: EngineFunction, args: readonly unknown[]): Promise<T[]> {
      const { rows } = await query(name, args, "result.*");
      return rows as T[];
    },
    asTenant: (tenantId, work) =>
      guard(() =>
        api.transaction(async (sql) => {
          await sql.raw("select set_config('role', 'app_api', true), set_config('app.tenant_id', ?, true)", [
            tenantId,
          ]);
          return work({ tenantId, sql });
        }),
      ),
    isReachable: () =>
      engine.query("select 1").then(
        () => true,
        () => false,
      ),
    pools: () => [useOf("batches", batches), useOf("engine", engine), apiUse(api)],
    async close() {
      await Promise.all([batches.end(), engine.end(), api.destroy()]);
    },
  };
}

/** Connections that act as `app_engine`. */
function openPool({ connection, pooled = false }: DatabaseOptions, max: number): pg.Pool {
  const pool = new pg.Pool({
    ...limited(connection, pooled),
    max,
    connectionTimeoutMillis: 5_000,
    ...(pooled ? {} : { onConnect: async (client) => void (await client.query("set role app_engine")) }),
  });
  // An idle connection that breaks is replaced by the pool; whoever needs one next gets the error.
  pool.on("error", () => undefined);
  return pool;
}

function useOf(pool: string, { totalCount, idleCount, waitingCount }: pg.Pool): PoolUse {
  return { pool, used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}

function apiUse({ client }: Knex): PoolUse {
  const { pool } = client;
  return { pool: "api", used: pool.numUsed(), idle: pool.numFree(), waiting: pool.numPendingAcquires() };
}

/** Two writers met on a unique key. */
export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === "23505";
}

/** Something else still refers to what was to be deleted. */
export function isForeignKeyViolation(error: unknown): boolean {
  return codeOf(error) === "23503";
}

/** A connection as the driver takes it. */
export function connectionOptions(connection: Connection | string): pg.ClientConfig {
  return typeof connection === "string" ? { connectionString: connection } : { ...connection };
}

/** A pooler refuses settings of a session; there the driver's own limit must do. */
function limited(connection: Connection | string, pooled: boolean) {
  const limits = { query_timeout: SILENCE_MS, keepAlive: true, ...(pooled ? {} : SERVER_LIMITS) };
  return typeof connection === "string"
    ? { connectionString: connection, ...limits }
    : { ...connection, ...limits };
}

// The server undid one of two transactions that met; the same again goes through.
const MET_ANOTHER = new Set(["40P01", "40001"]);

async function guard<T>(work: () => Promise<T>, mayRepeat = true): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (mayRepeat && MET_ANOTHER.has(codeOf(error) ?? "")) return guard(work, false);
    if (isUnavailable(error)) {
      throw new AppError(
        "DATABASE_UNAVAILABLE",
        `The database does not answer: ${(error as Error).message}`,
        {},
        error,
      );
    }
    throw error;
  }
}

function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null && UNAVAILABLE.has(code)) return true;
  const message = error instanceof Error ? error.message : "";
  return /Connection terminated|timeout exceeded when trying to connect|Timeout acquiring a connection|Client has encountered a connection error|Query read timeout/.test(
    message,
  );
}

function codeOf(error: unknown): string | null {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : null;
}

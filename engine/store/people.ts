import type { Database } from "./database.ts";

/** Somebody may try to sign in `free` times before each further try has to wait. */
export interface AttemptKey {
  readonly key: string;
  readonly free: number;
}

/** Counts an attempt as failed, unless whoever makes it has to wait: then the seconds, else 0. */
export function admitSignIn(
  db: Database,
  attempt: { readonly keys: readonly AttemptKey[]; readonly longestSeconds: number },
): Promise<number> {
  return db.call("engine_admit_sign_in", [attempt]);
}

export async function forgiveSignIn(db: Database, emailKey: string, addressKey: string): Promise<void> {
  await db.call("engine_forgive_sign_in", [emailKey, addressKey]);
}

/** Null where nobody has this e-mail, or they work for no tenant. */
export function userOfEmail(
  db: Database,
  email: string,
): Promise<{ readonly id: string; readonly passwordHash: string | null; readonly demo: boolean } | null> {
  return db.call("engine_user_of_email", [email]);
}

export interface SessionRow {
  readonly id: string;
  readonly tenantId: string;
  readonly role: string;
  /** Of a person whose password everybody knows. */
  readonly demo: boolean;
  readonly expiresAt: string;
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly locale: string;
  };
}

/** Null where the person works for no tenant any more. */
export async function startSession(
  db: Database,
  session: {
    readonly id: string;
    readonly hash: string;
    readonly user: string;
    readonly userAgent: string | null;
    readonly ip: string | null;
  },
): Promise<string | null> {
  return db.call("engine_start_session", [session]);
}

/** Null where there is none of this hash, or it has ended. */
export function findSession(db: Database, hash: string): Promise<SessionRow | null> {
  return db.call("engine_session", [hash]);
}

export interface DeviceRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly created_at: Date;
  readonly seen_at: Date;
  readonly expires_at: Date;
}

/** Of all tenants, newest first. */
export function sessionsOf(db: Database, userId: string): Promise<DeviceRow[]> {
  return db.rows("engine_sessions_of", [userId]);
}

/** How many ended. */
export function endSession(db: Database, userId: string, id: string): Promise<number> {
  return db.call("engine_end_sessions", [userId, id, null]);
}

export function endOtherSessions(db: Database, userId: string, kept: string): Promise<number> {
  return db.call("engine_end_sessions", [userId, null, kept]);
}

export function tenantsOf(
  db: Database,
  userId: string,
): Promise<{ readonly id: string; readonly name: string; readonly role: string }[]> {
  return db.rows("engine_tenants_of", [userId]);
}

/** False where the person does not work there. */
export function switchSession(
  db: Database,
  change: {
    readonly user: string;
    readonly session: string;
    readonly tenant: string;
    readonly id: string;
    readonly hash: string;
  },
): Promise<boolean> {
  return db.call("engine_switch_session", [change]);
}

export function pruneSessions(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_sessions", [limit]);
}

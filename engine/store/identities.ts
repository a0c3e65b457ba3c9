import type { ContactRow, Opening } from "./contacts.ts";
import type { Database } from "./database.ts";

/** A person as a vendor names them. `account` is the vendor's account in which the user id holds. */
export interface IdentityHint {
  readonly provider: string;
  readonly account: string | null;
  readonly userId: string;
  readonly phone: string | null;
  readonly name: string | null;
  readonly username: string | null;
}

/** The person behind a user id, found or made. `phoneIsNew`: the id was known, but not with this phone. */
export function identify(
  db: Database,
  tenant: string,
  hint: IdentityHint & { readonly id: string; readonly window?: Opening },
): Promise<{ readonly contact: ContactRow; readonly phoneIsNew: boolean }> {
  return db.call("engine_identify", [{ tenant, ...hint }]);
}

/** A person has another number or user id. Gives the contact, null where nobody is known under what was before. */
export function changeIdentity(
  db: Database,
  tenant: string,
  change: {
    readonly provider: string;
    readonly account: string | null;
    readonly previousUserId: string | null;
    readonly previousPhone: string | null;
    readonly userId: string | null;
    readonly phone: string | null;
  },
): Promise<string | null> {
  return db.call("engine_change_identity", [{ tenant, ...change }]);
}

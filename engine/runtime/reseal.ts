import type { Connection } from "../store/database.ts";
import { asOwner } from "../store/migrate.ts";
import { replaceSealed, sealedRows, tenantIds } from "../store/sealed-columns.ts";
import type { Keys } from "./sealing.ts";

export interface Resealed {
  /** Now under the present key. */
  readonly changed: number;
  /** Were already. */
  readonly kept: number;
  /** Sealed with a key nobody gave: table and row of each. */
  readonly unreadable: readonly string[];
}

/**
 * Seals every stored secret with the present key. The engine goes on meanwhile: it reads what either key sealed, row by row
 * one is put in the place of the other, and what somebody writes at the same moment stands.
 */
export async function reseal(connection: Connection | string, keys: Keys): Promise<Resealed> {
  return asOwner(connection, async (owner) => {
    let [changed, kept] = [0, 0];
    const unreadable: string[] = [];
    for (const tenantId of await tenantIds(owner)) {
      for (const found of await sealedRows(owner, tenantId)) {
        const { table, row, sealed } = found;
        const place = { tenantId, table, row };
        if (keys.isPresent(sealed)) kept += 1;
        else if (!keys.isKnown(sealed)) unreadable.push(`${table} ${row}`);
        else if (await replaceSealed(owner, found, keys.seal(place, keys.open(place, sealed)))) changed += 1;
      }
    }
    return { changed, kept, unreadable };
  });
}

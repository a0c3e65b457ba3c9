/** Puts people into a list, page by page, so that neither a request nor a transaction holds all of them for long. */
import { CsvFault } from "../core/csv.ts";
import { type ListCount, pagesOfRecipients, type RecipientRow } from "../core/recipient-rows.ts";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import {
  addToList,
  closeList,
  deleteList,
  type ListRow,
  openList,
  readList,
} from "../store/recipient-lists.ts";

export const MAX_LIST_ROWS = 100_000;
const PAGE = 1_000;

export interface ListOrder {
  readonly tenantId: string;
  readonly id: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly rows: Iterable<RecipientRow>;
}

/**
 * The same list again adds nothing. One with something wrong in it leaves nothing behind.
 * @throws AppError INPUT_INVALID naming the line, IDEMPOTENCY_CONFLICT
 */
export async function fillList(runtime: Runtime, order: ListOrder): Promise<ListRow> {
  const { tenantId, id } = order;
  const { db } = runtime;
  const list = await db.asTenant(tenantId, (scope) => openList(scope, order));
  if (list && list.fingerprint !== order.fingerprint)
    throw new AppError("IDEMPOTENCY_CONFLICT", "This idempotency key was used for a different request.");
  if (list && list.recipients !== null) return list;
  try {
    await fill(runtime, order);
  } catch (error) {
    await db.asTenant(tenantId, (scope) => deleteList(scope, id));
    if (error instanceof CsvFault)
      throw new AppError("INPUT_INVALID", `The list: ${error.message}.`, { line: error.line }, error);
    throw error;
  }
  return existingList(runtime, tenantId, id);
}

async function fill({ db, directory }: Runtime, { tenantId, id, rows }: ListOrder): Promise<void> {
  const { tenant } = await directory.of(tenantId);
  const count: ListCount = { recipients: 0, duplicates: 0, invalid: 0, invalidFirst: [] };
  const pages = pagesOfRecipients(atMost(rows), { country: tenant.country, size: PAGE, count });
  for (const page of pages) {
    await db.asTenant(tenantId, (scope) => addToList(scope, id, count.recipients, page));
    count.recipients += page.length;
  }
  if (count.recipients === 0) {
    const [first] = count.invalidFirst;
    const found = first ? `; line ${first.line} has "${first.value}"` : "";
    throw new AppError("INPUT_INVALID", `The list has no phone number in it${found}.`, {
      invalid: count.invalidFirst,
    });
  }
  await db.asTenant(tenantId, (scope) => closeList(scope, id, count));
}

function* atMost(rows: Iterable<RecipientRow>): Generator<RecipientRow> {
  let count = 0;
  for (const row of rows) {
    count += 1;
    if (count > MAX_LIST_ROWS)
      throw new AppError(
        "INPUT_INVALID",
        `The list has more than ${MAX_LIST_ROWS} entries: line ${row.line} is one too many.`,
        { line: row.line },
      );
    yield row;
  }
}

/** @throws AppError NOT_FOUND */
export async function existingList({ db }: Runtime, tenantId: string, id: string): Promise<ListRow> {
  const row = await db.asTenant(tenantId, (scope) => readList(scope, id));
  if (row && row.recipients !== null) return row;
  throw new AppError("NOT_FOUND", `There is no list ${id}.`);
}

/**
 * Where a bulk has its people from: a parameter, a kept list, or the contacts there are.
 *
 *   B6 of a kept list a part reads its own page; the run keeps the name of the list, and not the people
 *   B7 contacts become a list when the bulk begins: who comes later is not among them
 */
import { AppError, type ListView, type NodeContext } from "../../engine/plugin-api.ts";
import { type BulkSource, readList } from "./bulk-list.ts";
import { type BulkParams, channelsOf } from "./bulk-part.ts";

export const MAX_LISTED = 100_000;

export interface SourceParams extends BulkParams {
  readonly recipients?: readonly unknown[];
  readonly list?: string;
  readonly contacts?: {
    readonly storeId?: string;
    readonly locale?: string;
    readonly attributes?: Readonly<Record<string, string>>;
  };
}

/**
 * `begun`: the digest a bulk began with; null: it begins.
 * @throws AppError PARAMS_INVALID where there is not exactly one source, or another than it began with
 */
export async function sourceOf(
  ctx: NodeContext,
  params: SourceParams,
  begun: string | null,
): Promise<BulkSource> {
  const { recipients, list, contacts } = params;
  const given = Object.entries({ recipients, list, contacts }).filter(([, value]) => isGiven(value));
  if (given.length !== 1) {
    const got = given.map(([name]) => name).join(" and ") || "none of them";
    throw invalid(ctx, `expected one of recipients, list and contacts, got ${got}`);
  }
  const source = recipients === undefined ? await kept(ctx, params, begun) : fromParam(ctx, recipients);
  if (begun === null || begun === source.digest) return source;
  throw invalid(
    ctx,
    "the list of recipients is another one than when the sending began; expected the same people in the same order",
  );
}

/** A form leaves an empty text where nothing was chosen. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== "";
}

function fromParam(ctx: NodeContext, entries: readonly unknown[]): BulkSource {
  const { recipients, duplicates, invalid: odd, digest } = readList(entries, ctx.tenant.country);
  return {
    digest,
    recipients: recipients.length,
    duplicates,
    invalid: odd.length,
    invalidFirst: odd,
    page: async (from, count) => recipients.slice(from, from + count),
  };
}

async function kept(ctx: NodeContext, params: SourceParams, begun: string | null): Promise<BulkSource> {
  const { list, contacts } = params;
  const view = isGiven(list) ? await ctx.lists.find(list ?? "") : await ofContacts(ctx, params, begun);
  if (view === null) throw invalid(ctx, `there is no list "${list ?? begun}"; expected the id of a list`);
  const what = contacts === undefined ? "list" : "contacts";
  if (view.recipients > MAX_LISTED) throw invalid(ctx, `${what}: expected at most ${MAX_LISTED} people`);
  return sourceOfList(ctx, view);
}

function ofContacts(ctx: NodeContext, params: SourceParams, begun: string | null): Promise<ListView | null> {
  if (begun !== null) return ctx.lists.find(begun);
  const { purpose = "notice", contacts = {} } = params;
  const channels = channelsOf(params);
  return ctx.lists.ofContacts({ ...contacts, purpose, channels, most: MAX_LISTED });
}

function sourceOfList(ctx: NodeContext, view: ListView): BulkSource {
  const { id, recipients, duplicates, invalid: odd, invalidFirst } = view;
  const page = async (from: number, count: number) =>
    (await ctx.lists.page(id, from, count)).map(({ phone, fields }) => ({
      phone,
      fields: { ...fields, phone },
    }));
  return { digest: id, recipients, duplicates, invalid: odd, invalidFirst, page };
}

function invalid(ctx: NodeContext, message: string): AppError {
  return new AppError("PARAMS_INVALID", `${ctx.nodeId}: ${message}`, { nodeId: ctx.nodeId });
}

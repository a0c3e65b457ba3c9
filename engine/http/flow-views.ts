import type { Registry } from "../registry.ts";
import type { FlowListRow, FlowRow, FlowVersionRow } from "../store/flows.ts";

/** Flows as callers see them. */
export function flowSummary(row: Omit<FlowRow, "draft">, publicUrl: string) {
  const { key, name, revision, published } = row;
  return {
    key,
    name,
    revision,
    published,
    hookUrl: `${publicUrl}/hooks/in/${row.hook_key}`,
    updatedAt: row.updated_at,
  };
}

export function flowListItem(row: FlowListRow, publicUrl: string, registry: Pick<Registry, "trigger">) {
  const { description, types, changed } = row;
  const starts = types.filter((type) => registry.trigger(type) !== undefined);
  return { ...flowSummary(row, publicUrl), description, starts, changed };
}

export function flowDraft(row: FlowRow, publicUrl: string) {
  return { ...flowSummary(row, publicUrl), draft: row.draft };
}

export function versionSummary(row: Omit<FlowVersionRow, "document">) {
  const { id, number, hash, note } = row;
  return {
    id,
    flow: row.flow_key,
    number,
    hash,
    note,
    publishedBy: row.published_by,
    publishedAt: row.published_at,
  };
}

export function versionDocument(row: FlowVersionRow) {
  return { ...versionSummary(row), document: row.document };
}

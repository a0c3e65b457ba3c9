/**
 * How far a bulk has come. Every entry of its list is counted once:
 *
 *   total = sent + failed + unknown + duplicates + remaining
 */
import { type Json, type JsonObject, type Static, Type } from "../../engine/plugin-api.ts";
import type { BulkSource } from "./bulk-list.ts";

const count = (title: string, es: string, description: string, esDescription: string) =>
  Type.Integer({ title, description, "x-es": { title: es, description: esDescription } });

export const progressFields = {
  total: count("Total", "Total", "Entries of the list.", "Entradas de la lista."),
  sent: count("Sent", "Enviados", "Taken by the vendor.", "Aceptados por el proveedor."),
  failed: count("Failed", "Fallidos", "No channel took them.", "Ningún canal los aceptó."),
  unknown: count(
    "Unknown",
    "Sin confirmar",
    "Nobody knows whether they left; they are not sent again.",
    "No se sabe si salieron; no se envían otra vez.",
  ),
  duplicates: count("Duplicates", "Repetidos", "Had come before in the list.", "Ya estaban en la lista."),
  remaining: count("Remaining", "Pendientes", "Not tried.", "Sin intentar."),
  reasons: Type.Record(Type.String(), Type.Integer(), {
    title: "Reasons",
    description: "How many failed for which reason.",
    "x-es": { title: "Motivos", description: "Cuántos fallaron por cada motivo." },
  }),
  failures: Type.Array(Type.Object({ phone: Type.String(), reason: Type.String() }), {
    title: "Failures",
    description: "The first hundred that failed.",
    "x-es": { title: "Fallos", description: "Los cien primeros que fallaron." },
  }),
} as const;

const ProgressSchema = Type.Object(progressFields);
export type Progress = Static<typeof ProgressSchema>;

/** How one recipient came out. `held` was not tried: it remains. */
export type Verdict =
  | { readonly kind: "sent" }
  | { readonly kind: "unknown" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "held"; readonly by: "insufficient_credits" }
  | { readonly kind: "held"; readonly by: "quiet_hours"; readonly until: string };

const MAX_FAILURES = 100;

/** Before anything is sent: what is no number has failed already. */
export function startProgress({ recipients, duplicates, invalid, invalidFirst }: BulkSource): Progress {
  const reason = "invalid_number";
  return {
    total: recipients + duplicates + invalid,
    sent: 0,
    failed: invalid,
    unknown: 0,
    duplicates,
    remaining: recipients,
    reasons: invalid > 0 ? { [reason]: invalid } : {},
    failures: invalidFirst.slice(0, MAX_FAILURES).map((phone) => ({ phone, reason })),
  };
}

export function withVerdict(progress: Progress, phone: string, verdict: Verdict): Progress {
  if (verdict.kind === "held") return progress;
  const next = {
    ...progress,
    remaining: progress.remaining - 1,
    [verdict.kind]: progress[verdict.kind] + 1,
  };
  if (verdict.kind !== "failed") return next;
  const { reason } = verdict;
  const listed = progress.failures.length < MAX_FAILURES;
  return {
    ...next,
    reasons: { ...progress.reasons, [reason]: (progress.reasons[reason] ?? 0) + 1 },
    failures: listed ? [...progress.failures, { phone, reason }] : progress.failures,
  };
}

/** What a bulk keeps from part to part. */
export interface Memo {
  /** Place of the part's first recipient, and how many it has. Fixed before the part begins, so that a crash changes neither. */
  readonly from: number;
  readonly size: number;
  /** Of the list the bulk began with. */
  readonly digest: string;
  readonly progress: Progress;
}

export function asMemo(memo: Json): Memo {
  return memo as JsonObject & Memo;
}

export function memoJson({ from, size, digest, progress }: Memo): JsonObject {
  return { from, size, digest, progress };
}

import { JsonText } from "../ui/json-text.tsx";

/** Data as it is on record, folded until somebody wants to see it. */
export function JsonFold({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <details className="json-fold">
      <summary>{title}</summary>
      <JsonText value={value} />
    </details>
  );
}

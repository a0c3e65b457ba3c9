import { Code } from "@mantine/core";
import { CopyText } from "./copy-text.tsx";

/** Data as it is on record, folded until somebody wants to see it. */
export function JsonFold({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <details className="json-fold">
      <summary>{title}</summary>
      <JsonText value={value} />
    </details>
  );
}

export function JsonText({ value }: { readonly value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "";
  return (
    <div className="json-text">
      <Code block>{text}</Code>
      <CopyText text={text} />
    </div>
  );
}

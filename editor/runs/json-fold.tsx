import { Code } from "@mantine/core";
import { CopyText } from "./copy-text.tsx";

/** Data as it is on record, folded until somebody wants to see it. */
export function JsonFold({ title, value }: { readonly title: string; readonly value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "";
  return (
    <details className="json-fold">
      <summary>{title}</summary>
      <div className="json-text">
        <Code block>{text}</Code>
        <CopyText text={text} />
      </div>
    </details>
  );
}

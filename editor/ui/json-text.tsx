import { Code } from "@mantine/core";
import { CopyText } from "./copy-text.tsx";
import "./json-text.css";

/** Data as it is on record, for whoever wants to see or copy it. */
export function JsonText({ value }: { readonly value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "";
  return (
    <div className="json-text">
      <Code block>{text}</Code>
      <CopyText text={text} />
    </div>
  );
}

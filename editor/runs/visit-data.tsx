import type { FlowNode } from "../../engine/core/flow.ts";
import { JsonText } from "../ui/json-text.tsx";
import { useWords } from "../words/words.ts";
import type { Visit } from "./timeline.ts";
import { runsWords } from "./words.ts";

/** What a step was given and what it gave, folded: most people never need it. */
export function VisitData({ visit, node }: { readonly visit: Visit; readonly node: FlowNode | undefined }) {
  const words = useWords(runsWords);
  const params = node?.data.params ?? {};
  const output = visit.output ?? {};
  const parts = [
    { title: words.configured, value: params },
    { title: words.output, value: output },
  ].filter(({ value }) => Object.keys(value).length > 0);
  if (parts.length === 0) return null;
  return (
    <details className="json-fold">
      <summary>{words.data}</summary>
      {parts.map(({ title, value }) => (
        <div key={title}>
          <p className="json-title">{title}</p>
          <JsonText value={value} />
        </div>
      ))}
    </details>
  );
}

import { NodeIcon } from "../ui/node-icon.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { JsonFold } from "./json-fold.tsx";
import { LineTime } from "./line-time.tsx";
import { useRun } from "./run-context.ts";
import { runsWords } from "./words.ts";

/** How it began, and what came in. */
export function StartEntry() {
  const words = useWords(runsWords);
  const locale = useLocale();
  const { run, catalogue } = useRun();
  const type = catalogue.get(run.trigger);
  return (
    <li className="entry">
      <LineTime at={run.startedAt} />
      <span className="entry-icon" style={{ color: `var(--family-${type?.family ?? "logic"})` }}>
        <NodeIcon name={type?.icon ?? "bolt"} size={17} />
      </span>
      <div className="entry-body">
        <strong>{type ? words.startedBy(type.title[locale]) : words.started}</strong>
        <JsonFold title={words.input} value={run.input} />
      </div>
    </li>
  );
}

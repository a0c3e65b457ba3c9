import { Button } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconWand } from "@tabler/icons-react";
import type { Problem } from "../../../engine/core/check-tools.ts";
import { useFlow } from "../../flow/flow-store.ts";
import { inLocale } from "../../model/words.ts";
import { useFixes } from "../../problems/use-fixes.ts";
import { useLocale } from "../../words/words.ts";
import { panelWords } from "../words.ts";

/** What is wrong here, in words, and what one click can do about it. */
export function FieldProblems(props: { readonly id?: string; readonly problems: readonly Problem[] }) {
  return (
    <ul className="problems" id={props.id}>
      {props.problems.map((problem) => (
        <ProblemLine key={`${problem.code} ${problem.path} ${problem.message}`} problem={problem} />
      ))}
    </ul>
  );
}

function ProblemLine({ problem }: { readonly problem: Problem }) {
  const locale = useLocale();
  const change = useFlow((state) => state.change);
  const locked = useFlow((state) => state.locked);
  const possible = useFixes(problem);
  const fixes = locked === null ? possible : [];
  const Icon = problem.severity === "error" ? IconAlertCircle : IconAlertTriangle;
  const label = { en: panelWords.en.undoFix, es: panelWords.es.undoFix };
  return (
    <li className="field-problem" data-severity={problem.severity}>
      <Icon size={15} aria-hidden="true" className="field-problem-icon" />
      <div className="field-problem-text">
        <span>{problem.message}</span>
        {fixes.length === 0 && <span className="field-problem-fix">{problem.fix}</span>}
        {fixes.map((fix) => (
          <Button
            key={fix.label.en}
            size="compact-xs"
            variant="default"
            leftSection={<IconWand size={13} />}
            onClick={() => change(label, fix.apply)}
          >
            {inLocale(fix.label, locale)}
          </Button>
        ))}
      </div>
    </li>
  );
}

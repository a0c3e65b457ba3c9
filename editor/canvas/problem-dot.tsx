import { IconAlertTriangle, IconExclamationMark } from "@tabler/icons-react";
import { useFlowStore } from "../flow/flow-store.ts";
import { useWords } from "../words/words.ts";
import type { NodeProblems } from "./problems-by-node.ts";
import { canvasWords } from "./words.ts";

/** How many things are wrong with a step; leads to the list of them. */
export function ProblemDot(props: { readonly problems: NodeProblems; readonly tabbable: boolean }) {
  const { count, severity } = props.problems;
  const store = useFlowStore();
  const words = useWords(canvasWords);
  const Icon = severity === "error" ? IconExclamationMark : IconAlertTriangle;
  return (
    <button
      type="button"
      className="problem-dot nodrag"
      data-severity={severity}
      tabIndex={props.tabbable ? 0 : -1}
      title={words.problems(count)}
      aria-label={words.showProblems(count)}
      onClick={() => store.getState().showDrawer("problems")}
    >
      <Icon size={12} stroke={2.4} aria-hidden="true" />
      {count}
    </button>
  );
}

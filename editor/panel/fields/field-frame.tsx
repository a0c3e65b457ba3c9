import { type ReactNode, useLayoutEffect } from "react";
import type { Problem } from "../../../engine/core/check-tools.ts";
import { FieldProblems } from "./field-problems.tsx";

/** Label, control, hint and problems of one field, bound to each other. */
export function FieldFrame(props: {
  readonly id: string;
  readonly title: string;
  readonly hint?: ReactNode;
  readonly mark?: string | null;
  readonly problems?: readonly Problem[];
  readonly action?: ReactNode;
  /** The control shows its own name: the label is not drawn a second time. */
  readonly quiet?: boolean;
  readonly children: ReactNode;
}) {
  const { id, hint = null, mark = null, problems = [], quiet = false } = props;
  const describedBy = [
    ...(hint === null ? [] : [`${id}-hint`]),
    ...(problems.length === 0 ? [] : [`${id}-problems`]),
  ];
  useDescribedBy(id, describedBy.join(" "));
  const hintLine = (
    <p className="field-hint" id={`${id}-hint`}>
      {hint}
    </p>
  );
  return (
    <div className="field">
      {!quiet && (
        <div className="field-top">
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above; the control itself is reached by Tab */}
          <label
            className="field-label"
            id={`${id}-label`}
            htmlFor={id}
            onClick={() => document.getElementById(id)?.focus()}
          >
            {props.title} {mark !== null && <span className="field-mark">{mark}</span>}
          </label>
          {props.action}
        </div>
      )}
      {hint !== null && !quiet && hintLine}
      <div className="field-control" data-has-action={quiet && props.action ? true : undefined}>
        {props.children}
        {quiet && props.action}
      </div>
      {problems.length > 0 && <FieldProblems id={`${id}-problems`} problems={problems} />}
      {hint !== null && quiet && hintLine}
    </div>
  );
}

/** By hand, because Mantine's inputs overwrite the attribute with what their own labels and errors would need. */
function useDescribedBy(id: string, describedBy: string): void {
  useLayoutEffect(() => {
    const control = document.getElementById(id);
    if (describedBy === "") control?.removeAttribute("aria-describedby");
    else control?.setAttribute("aria-describedby", describedBy);
  });
}

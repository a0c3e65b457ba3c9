import type { ReactNode } from "react";
import { useWords } from "../words/words.ts";
import { plainEssence } from "./essence.tsx";
import { NodeMarks } from "./node-marks.tsx";
import { ProblemDot } from "./problem-dot.tsx";
import type { Card } from "./use-card.ts";
import { useMarkText } from "./use-mark-text.ts";
import { canvasWords } from "./words.ts";

/** What every step is drawn in: it takes the focus, says what it is to those who do not see it, and carries its marks. */
export function CardFrame(props: {
  readonly id: string;
  readonly card: Card;
  readonly selected: boolean;
  readonly kind: "step" | "trigger" | "foreign";
  readonly className: string;
  readonly children: ReactNode;
}) {
  const { id, card, selected, kind, className, children } = props;
  const words = useWords(canvasWords);
  const mark = useMarkText(id);
  const problems = card.problems ? words.problems(card.problems.count) : null;
  const label = [card.title, ...card.essence.map(plainEssence), mark, problems]
    .filter((part) => part)
    .join(". ");
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      role="group"
      className={className}
      data-card={id}
      data-family={card.type?.family}
      data-selected={selected || undefined}
      aria-label={label}
      aria-roledescription={words[kind]}
      aria-current={selected || undefined}
      // The arrow keys lead from one to the next, Enter opens it.
      tabIndex={card.tabStop ? 0 : -1}
    >
      {children}
      <NodeMarks id={id} />
      {card.problems && <ProblemDot problems={card.problems} tabbable={selected} />}
    </div>
  );
}

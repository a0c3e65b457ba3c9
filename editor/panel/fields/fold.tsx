import { Collapse, UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, useId, useState } from "react";
import { fieldOf } from "../../../engine/core/plain-data.ts";
import { useWords } from "../../words/words.ts";
import { problemsAt } from "../form/faults.ts";
import type { FieldPlace } from "../form/form-layout.ts";
import { type Path, readable } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";
import { useForm, useFormProblems } from "./form.tsx";

/** Parameters that are rarely needed. Opens by itself where one of them is wrong. */
export function Fold(props: {
  readonly name: string;
  readonly fields: readonly FieldPlace[];
  readonly value: unknown;
  readonly path: Path;
  readonly children: ReactNode;
}) {
  const { name, fields, value, path } = props;
  const words = useWords(panelWords);
  const { pointer } = useForm();
  const problems = useFormProblems();
  const isWrong = fields.some(
    (field) => problemsAt(problems, pointer, [...path, field.name], { deep: true }).length > 0,
  );
  const set = fields.filter((field) => fieldOf(value, field.name) !== undefined).length;
  const titles: Readonly<Record<string, string>> = words.groups;
  return (
    <Foldable
      title={titles[name] ?? readable(name)}
      note={set === 0 ? null : words.changedCount(set)}
      forced={isWrong}
    >
      {props.children}
    </Foldable>
  );
}

/** A heading that opens what is under it. What is closed is not drawn at all. */
export function Foldable(props: {
  readonly title: string;
  readonly note?: string | null;
  readonly forced?: boolean;
  readonly children: ReactNode;
}) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const id = useId();
  const isOpen = chosen ?? props.forced ?? false;
  return (
    <div className="fold" data-open={isOpen || undefined}>
      <UnstyledButton
        className="fold-button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setChosen(!isOpen)}
      >
        <IconChevronRight size={15} aria-hidden="true" className="fold-arrow" />
        <span>{props.title}</span>
        {props.note && <span className="fold-note">{props.note}</span>}
      </UnstyledButton>
      <Collapse expanded={isOpen} id={id}>
        {isOpen && <div className="fold-body">{props.children}</div>}
      </Collapse>
    </div>
  );
}

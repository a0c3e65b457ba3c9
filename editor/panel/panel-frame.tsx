import { ActionIcon } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useState } from "react";
import { focusCard } from "../canvas/focus-card.ts";
import { useFlowStore } from "../flow/flow-store.ts";
import { useWords } from "../words/words.ts";
import { panelWords } from "./words.ts";

const USUAL = 380;
const LEAST = 320;
const MOST = 720;
const STEP = 20;

/** The panel at the right, as wide as one likes; on a phone a sheet from below. */
export function PanelFrame(props: {
  readonly label: string;
  /** What it is about; the sheet comes up when that is something else. */
  readonly subject: string | null;
  readonly children: ReactNode;
}) {
  const words = useWords(panelWords);
  const [width, setWidth] = useLocalStorage({ key: "centralita.panel", defaultValue: USUAL });
  const [isUp, setUp] = useState(false);
  const undoByKey = useUndoByKey();
  const { subject } = props;
  useEffect(() => {
    setUp(subject !== null);
  }, [subject]);
  return (
    <aside
      className="panel"
      aria-label={props.label}
      data-up={isUp || undefined}
      style={{ width }}
      onKeyDownCapture={undoByKey}
      onKeyDown={(event) => {
        if (subject !== null && leaves(event)) focusCard(subject);
      }}
    >
      <Resizer width={width} onChange={setWidth} />
      <div className="sheet-handle">
        <span className="sheet-title">{props.label}</span>
        <ActionIcon
          size="lg"
          variant="subtle"
          color="gray"
          aria-expanded={isUp}
          aria-label={isUp ? words.shrink : words.expand}
          onClick={() => setUp(!isUp)}
        >
          {isUp ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
        </ActionIcon>
      </div>
      <div className="panel-body">{props.children}</div>
    </aside>
  );
}

/** Escape goes back to the step, unless it closes something that is open in the panel. */
function leaves({ key, defaultPrevented, target }: KeyboardEvent): boolean {
  const closes =
    target instanceof Element && target.closest("[aria-expanded=true], [role=menu], [role=dialog]");
  return key === "Escape" && !defaultPrevented && !closes;
}

/** The history is the flow's: what a field alone would undo, the document would not know of. */
function useUndoByKey() {
  const store = useFlowStore();
  return (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const isRedo = key === "y" || (key === "z" && event.shiftKey);
    if (!isRedo && key !== "z") return;
    event.preventDefault();
    event.stopPropagation();
    if (isRedo) store.getState().redo();
    else store.getState().undo();
  };
}

function Resizer(props: { readonly width: number; onChange(width: number): void }) {
  const words = useWords(panelWords);
  const { width, onChange } = props;
  const set = (next: number) => onChange(Math.min(Math.max(Math.round(next), LEAST), MOST));
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const right = event.currentTarget.parentElement?.getBoundingClientRect().right ?? window.innerWidth;
    set(right - event.clientX);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is no <hr>
    <div
      className="panel-resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label={words.resize}
      aria-valuenow={width}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={follow}
      onDoubleClick={() => set(USUAL)}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") set(width + STEP);
        if (event.key === "ArrowRight") set(width - STEP);
        if (event.key === "Home") set(USUAL);
      }}
    />
  );
}

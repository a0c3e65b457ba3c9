import { FocusTrap, Portal } from "@mantine/core";
import { useReactFlow } from "@xyflow/react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { type PaletteTarget, useFlow, useFlowStore } from "../flow/flow-store.ts";
import { present } from "../model/history.ts";
import { useLocale, useWords } from "../words/words.ts";
import { addStep, connectPort } from "./add-step.ts";
import { useCanvasUiStore } from "./canvas-ui.ts";
import { focusCard } from "./focus-card.ts";
import { palettePlace } from "./palette-anchor.ts";
import { PaletteResults } from "./palette-results.tsx";
import { type PaletteItem, paletteSections } from "./palette-sections.ts";
import { useRecentTypes } from "./recent-types.ts";
import { canvasWords } from "./words.ts";

/** The search palette, open while the flow's state has a place to add to. Inside of a canvas. */
export function Palette() {
  const target = useFlow((state) => state.palette);
  const locked = useFlow((state) => state.locked !== null);
  if (!target || locked) return null;
  return (
    <Portal>
      <OpenPalette key={JSON.stringify(target)} target={target} />
    </Portal>
  );
}

function OpenPalette({ target }: { readonly target: PaletteTarget }) {
  const words = useWords(canvasWords);
  const flow = useReactFlow();
  const box = useRef<HTMLDivElement>(null);
  const listId = useId();
  const [place] = useState(() => palettePlace(target, flow));
  const close = useClose(target);
  const { text, setText, sections, items, choose } = useChoices(target);
  const [active, setActive] = useState(0);
  useOutsidePress(box, close);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const next = nextActive(event, active, items.length);
    if (next !== null) {
      event.preventDefault();
      setActive(next);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const item = items[active];
      if (item) choose(item);
    } else if (event.key === "Escape") close();
  };

  return (
    // The trap puts its own ref on its child, in place of any the child has.
    <FocusTrap active innerRef={box}>
      <div
        className="palette"
        role="dialog"
        aria-modal="true"
        aria-label={words.palette.title}
        style={{ left: place.x, top: place.y }}
        onKeyDown={onKeyDown}
      >
        <input
          data-autofocus
          className="palette-search"
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={items[active] ? `${listId}-${active}` : undefined}
          aria-label={words.palette.title}
          placeholder={words.palette.find}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setActive(0);
          }}
        />
        <PaletteResults
          id={listId}
          sections={sections}
          active={active}
          onActive={setActive}
          onChoose={choose}
        />
        <output className="canvas-hidden">{words.palette.results(items.length)}</output>
      </div>
    </FocusTrap>
  );
}

function useChoices(target: PaletteTarget) {
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  const locale = useLocale();
  const flow = useFlow((state) => present(state.history));
  const catalogue = useFlow((state) => state.catalogue);
  const [recent] = useState(() => useRecentTypes.getState().types);
  const [text, setText] = useState("");
  const sections = useMemo(
    () => paletteSections({ flow, catalogue, target, text, locale, recent }),
    [flow, catalogue, target, text, locale, recent],
  );
  const items = useMemo(() => sections.flatMap((section) => section.items), [sections]);
  const choose = (item: PaletteItem) => {
    const at = ui.getState().dropped ?? undefined;
    ui.setState({ dropped: null });
    store.getState().openPalette(null);
    if (item.kind === "type") addStep(store, item.type, { target, at });
    else if (target.kind === "port") connectPort(store, target, item.node.id);
  };
  return { text, setText, sections, items, choose };
}

/** The keyboard goes back to where the palette was opened from. */
function useClose(target: PaletteTarget): () => void {
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  return () => {
    ui.setState({ dropped: null });
    store.getState().openPalette(null);
    if (target.kind === "port") focusCard(target.nodeId, 0);
  };
}

function nextActive({ key }: KeyboardEvent, active: number, count: number): number | null {
  if (count === 0) return null;
  if (key === "ArrowDown") return (active + 1) % count;
  if (key === "ArrowUp") return (active - 1 + count) % count;
  if (key === "PageDown") return Math.min(active + 8, count - 1);
  if (key === "PageUp") return Math.max(active - 8, 0);
  return null;
}

function useOutsidePress(box: { readonly current: HTMLElement | null }, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) latest.current();
    };
    document.addEventListener("pointerdown", onPress, true);
    return () => document.removeEventListener("pointerdown", onPress, true);
  }, [box]);
}

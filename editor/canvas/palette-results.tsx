import { IconArrowRight } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { NodeIcon } from "../ui/node-icon.tsx";
import { type Locale, useLocale, useWords } from "../words/words.ts";
import type { PaletteItem, PaletteSection, SectionId } from "./palette-sections.ts";
import { titleOf } from "./use-card.ts";
import { type CanvasWords, canvasWords } from "./words.ts";

/** What was found, in sections. The field above has the keyboard; here only one row is the active one. */
export function PaletteResults(props: {
  readonly id: string;
  readonly sections: readonly PaletteSection[];
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onChoose: (item: PaletteItem) => void;
}) {
  const { id, sections, active, onActive, onChoose } = props;
  const words = useWords(canvasWords);
  const starts = sections.map((_, index) =>
    sections.slice(0, index).reduce((sum, { items }) => sum + items.length, 0),
  );
  return (
    <div className="palette-list" role="listbox" id={id} aria-label={words.palette.title}>
      {sections.length === 0 && (
        <div className="palette-nothing" role="presentation">
          <strong>{words.palette.nothing}</strong>
          <span>{words.palette.nothingHelp}</span>
        </div>
      )}
      {sections.map((section, at) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options in a listbox
        <div key={section.id} role="group" aria-labelledby={`${id}-${section.id}`}>
          <div className="palette-section" id={`${id}-${section.id}`} role="presentation">
            {sectionName(section.id, words)}
          </div>
          {section.items.map((item, index) => {
            const place = (starts[at] ?? 0) + index;
            return (
              <Row
                key={item.key}
                id={`${id}-${place}`}
                item={item}
                active={place === active}
                onActive={() => onActive(place)}
                onChoose={() => onChoose(item)}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
}

function Row(props: {
  readonly id: string;
  readonly item: PaletteItem;
  readonly active: boolean;
  readonly onActive: () => void;
  readonly onChoose: () => void;
}) {
  const { id, item, active, onActive, onChoose } = props;
  const row = useRef<HTMLDivElement>(null);
  const locale = useLocale();
  const words = useWords(canvasWords);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const misfit = item.kind === "type" ? item.misfit : undefined;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above hears the keys for all rows
    // biome-ignore lint/a11y/useFocusableInteractive: an option of a combobox: the field keeps the focus
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={active}
      className="palette-row"
      data-family={item.type?.family}
      data-misfit={misfit}
      onMouseMove={active ? undefined : onActive}
      onClick={onChoose}
    >
      <span className="palette-icon">
        <NodeIcon name={item.type?.icon ?? ""} />
      </span>
      <span className="palette-text">
        <span className="palette-name">{nameOf(item, locale)}</span>
        <span className="palette-help">{misfit ? words.palette[misfit] : item.type?.help[locale]}</span>
      </span>
      {item.kind === "node" && <IconArrowRight size={16} aria-hidden="true" />}
    </div>
  );
}

function nameOf(item: PaletteItem, locale: Locale): string {
  return item.kind === "node" ? titleOf(item.node, item.type, locale) : item.type.title[locale];
}

function sectionName(id: SectionId, words: CanvasWords): string {
  switch (id) {
    case "recent":
    case "fits":
    case "others":
    case "existing":
      return words.palette[id];
    default:
      return words.families[id];
  }
}

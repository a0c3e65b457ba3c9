import { ActionIcon, CloseButton, TextInput } from "@mantine/core";
import { IconSearch, IconX } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import { useFlow } from "../flow/flow-store.ts";
import type { Family, NodeType } from "../model/catalogue.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { everydayWords } from "../words/everyday.ts";
import { useLocale, useWords } from "../words/words.ts";
import { useCanvasUiStore } from "./canvas-ui.ts";
import { canvasWords } from "./words.ts";

/** What is dragged from here carries its type under this name, so that nothing else dropped is taken for a step. */
export const STEP_MIME = "application/x-centralita-step";

const FAMILIES: readonly Family[] = ["voice", "messages", "ai", "logic", "data", "money"];

/** All kinds of steps in a list beside the canvas, to drag onto it; a press adds after what is selected. */
export function SideList({ onAdd }: { readonly onAdd: (type: NodeType) => void }) {
  const words = useWords(canvasWords);
  const common = useWords(everydayWords);
  const locale = useLocale();
  const ui = useCanvasUiStore();
  const catalogue = useFlow((state) => state.catalogue);
  const [text, setText] = useState("");
  // What begins a flow is first asked for, and hardly ever again.
  const order = useFlow((state) => state.history.document.nodes.length > 0)
    ? ([...FAMILIES, "start"] as const)
    : (["start", ...FAMILIES] as const);
  const found = catalogue.search(text, locale);
  const groups = Map.groupBy(found, ({ kind, family }) => (kind === "trigger" ? "start" : family));
  return (
    <aside className="side-list" aria-label={words.palette.list}>
      <div className="side-head">
        <TextInput
          size="sm"
          flex={1}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          leftSection={<IconSearch size={15} aria-hidden="true" />}
          rightSection={
            text && <CloseButton size="sm" aria-hidden tabIndex={-1} onClick={() => setText("")} />
          }
          placeholder={common.search}
          aria-label={words.palette.list}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={words.palette.hide}
          onClick={() => ui.setState({ sideList: false })}
        >
          <IconX size={17} />
        </ActionIcon>
      </div>
      <p className="side-help">{words.palette.dragHelp}</p>
      {found.length === 0 && <p className="side-help">{words.palette.nothing}</p>}
      {order.map((id) => {
        const types = groups.get(id) ?? [];
        if (types.length === 0) return null;
        return (
          <section key={id}>
            <h3 className="palette-section">{words.families[id]}</h3>
            <ul>
              {types.map((type) => (
                <li key={type.type}>
                  <SideItem type={type} onAdd={onAdd} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </aside>
  );
}

function SideItem({ type, onAdd }: { readonly type: NodeType; readonly onAdd: (type: NodeType) => void }) {
  const locale = useLocale();
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(STEP_MIME, type.type);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <button
      type="button"
      draggable
      className="side-item"
      data-family={type.family}
      title={type.help[locale]}
      onDragStart={onDragStart}
      onClick={() => onAdd(type)}
    >
      <span className="palette-icon">
        <NodeIcon name={type.icon} />
      </span>
      {type.title[locale]}
    </button>
  );
}

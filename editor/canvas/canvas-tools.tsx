import { ActionIcon, Button, Tooltip } from "@mantine/core";
import {
  IconArrowAutofitHeight,
  IconArrowAutofitWidth,
  IconKeyboard,
  IconMap2,
  IconMaximize,
  IconNote,
  IconPlus,
  IconWand,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { useStore } from "@xyflow/react";
import type { ReactNode } from "react";
import { useFlow } from "../flow/flow-store.ts";
import { useWords } from "../words/words.ts";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui.ts";
import { keysOf } from "./key-names.ts";
import type { ShortcutId } from "./shortcuts.ts";
import type { CanvasActions } from "./use-canvas-actions.ts";
import { canvasWords } from "./words.ts";

/** The bar at the lower edge: adding, tidying and looking. */
export function CanvasTools({ actions }: { readonly actions: CanvasActions }) {
  const words = useWords(canvasWords).tools;
  const ui = useCanvasUiStore();
  const locked = useFlow((state) => state.locked !== null);
  const minimap = useCanvasUi((state) => state.minimap);
  return (
    <div className="canvas-tools" role="toolbar" aria-label={words.label}>
      {!locked && <BuildTools actions={actions} />}
      <Tool label={words.zoomOut} shortcut="zoomOut" onClick={actions.zoomOut} wide>
        <IconZoomOut size={18} />
      </Tool>
      <ZoomShown onClick={actions.zoomReset} />
      <Tool label={words.zoomIn} shortcut="zoomIn" onClick={actions.zoomIn} wide>
        <IconZoomIn size={18} />
      </Tool>
      <Tool label={words.fit} shortcut="fit" onClick={actions.fit}>
        <IconMaximize size={18} />
      </Tool>
      <Tool label={words.minimap} pressed={minimap} onClick={() => ui.setState({ minimap: !minimap })} wide>
        <IconMap2 size={18} />
      </Tool>
      <Tool label={words.help} shortcut="help" onClick={actions.help} wide>
        <IconKeyboard size={18} />
      </Tool>
    </div>
  );
}

function BuildTools({ actions }: { readonly actions: CanvasActions }) {
  const words = useWords(canvasWords).tools;
  const ui = useCanvasUiStore();
  const tidying = useCanvasUi((state) => state.tidying);
  const sideList = useCanvasUi((state) => state.sideList);
  const direction = useFlow((state) => state.history.document.canvas?.direction ?? "down");
  return (
    <>
      <Button
        size="compact-md"
        leftSection={<IconPlus size={16} />}
        aria-pressed={sideList}
        onClick={() => ui.setState({ sideList: !sideList })}
      >
        {words.add}
      </Button>
      <span className="tools-rule" />
      <Tool
        label={tidying ? words.tidying : words.tidy}
        shortcut="tidy"
        onClick={actions.tidy}
        busy={tidying}
      >
        <IconWand size={18} />
      </Tool>
      <Tool label={words.direction[direction]} onClick={actions.turn} disabled={tidying} wide>
        {direction === "down" ? <IconArrowAutofitWidth size={18} /> : <IconArrowAutofitHeight size={18} />}
      </Tool>
      <Tool label={words.note} onClick={actions.addNote} wide>
        <IconNote size={18} />
      </Tool>
      <span className="tools-rule" />
    </>
  );
}

/** Alone, because it is drawn anew at every turn of the wheel. */
function ZoomShown({ onClick }: { readonly onClick: () => void }) {
  const words = useWords(canvasWords).tools;
  const percent = useStore(({ transform }) => Math.round(transform[2] * 100));
  return (
    <button type="button" className="zoom-shown tabular tools-wide" title={words.zoomTo} onClick={onClick}>
      {percent} %
    </button>
  );
}

function Tool(props: {
  readonly label: string;
  readonly shortcut?: ShortcutId;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly busy?: boolean;
  /** Left out where there is little room. */
  readonly wide?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  const words = useWords(canvasWords);
  const keys = props.shortcut ? ` · ${keysOf(props.shortcut, words)}` : "";
  return (
    <Tooltip label={`${props.label}${keys}`} openDelay={300}>
      <ActionIcon
        variant={props.pressed ? "light" : "subtle"}
        color={props.pressed ? "teal" : "gray"}
        size={34}
        className={props.wide ? "tools-wide" : undefined}
        aria-label={props.label}
        aria-pressed={props.pressed}
        disabled={props.disabled ?? false}
        loading={props.busy ?? false}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

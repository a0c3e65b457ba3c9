import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconBoxMargin,
  IconBoxMultiple,
  IconCopy,
  IconLayoutAlignBottom,
  IconLayoutAlignCenter,
  IconLayoutAlignLeft,
  IconLayoutAlignMiddle,
  IconLayoutAlignRight,
  IconLayoutAlignTop,
  IconLayoutDistributeHorizontal,
  IconLayoutDistributeVertical,
  IconTrash,
  IconWand,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useFlow } from "../flow/flow-store.ts";
import { groupsOf } from "../model/edit-canvas.ts";
import { useWords } from "../words/words.ts";
import { stepsOf } from "./canvas-ids.ts";
import type { CanvasActions } from "./use-canvas-actions.ts";
import { canvasWords } from "./words.ts";

const SIDES = [
  { side: "left", Icon: IconLayoutAlignLeft },
  { side: "centre", Icon: IconLayoutAlignCenter },
  { side: "right", Icon: IconLayoutAlignRight },
  { side: "top", Icon: IconLayoutAlignTop },
  { side: "middle", Icon: IconLayoutAlignMiddle },
  { side: "bottom", Icon: IconLayoutAlignBottom },
] as const;

/** What can be done with several steps at once. */
export function SelectionTools({ actions }: { readonly actions: CanvasActions }) {
  const words = useWords(canvasWords);
  const { selection: says } = words;
  const locked = useFlow((state) => state.locked !== null);
  const count = useFlow(({ selection, history }) => stepsOf(selection, groupsOf(history.document)).length);
  const grouped = useFlow(({ selection, history }) =>
    groupsOf(history.document).some(
      ({ id, nodes }) => selection.has(`group:${id}`) || nodes.some((node) => selection.has(node)),
    ),
  );
  if (locked || count < 2) return null;
  return (
    <div className="selection-tools floating-tools" role="toolbar" aria-label={says.label}>
      <span className="selection-count tabular">{says.count(count)}</span>
      {SIDES.map(({ side, Icon }) => (
        <Tool key={side} label={says[side]} onClick={() => actions.align(side)} wide>
          <Icon size={18} />
        </Tool>
      ))}
      <span className="tools-rule tools-wide" />
      <Tool label={says.spreadX} disabled={count < 3} onClick={() => actions.spread("x")} wide>
        <IconLayoutDistributeVertical size={18} />
      </Tool>
      <Tool label={says.spreadY} disabled={count < 3} onClick={() => actions.spread("y")} wide>
        <IconLayoutDistributeHorizontal size={18} />
      </Tool>
      <Tool label={words.tools.tidy} onClick={actions.tidy}>
        <IconWand size={18} />
      </Tool>
      <span className="tools-rule" />
      {grouped ? (
        <Tool label={says.ungroup} onClick={actions.ungroup}>
          <IconBoxMargin size={18} />
        </Tool>
      ) : (
        <Tool label={says.group} onClick={actions.group}>
          <IconBoxMultiple size={18} />
        </Tool>
      )}
      <Tool label={says.duplicate} onClick={actions.duplicate}>
        <IconCopy size={18} />
      </Tool>
      <Tool label={says.remove} onClick={actions.remove}>
        <IconTrash size={18} />
      </Tool>
    </div>
  );
}

function Tool(props: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly wide?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Tooltip label={props.label} openDelay={300}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        className={props.wide ? "tools-wide" : undefined}
        aria-label={props.label}
        disabled={props.disabled ?? false}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

import { ActionIcon, Badge, Menu, TextInput, Tooltip } from "@mantine/core";
import { IconCopyPlus, IconDots, IconTrash } from "@tabler/icons-react";
import type { FlowNode } from "../../engine/core/flow.ts";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import { duplicate, removeNodes, setLabel } from "../model/edits.ts";
import { present } from "../model/history.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { FieldProblems } from "./fields/field-problems.tsx";
import { NodeIdField } from "./node-id-field.tsx";
import { bothWords } from "./undo-label.ts";
import { panelWords } from "./words.ts";

/** What the node is, what its author calls it, and what can be done with it as a whole. */
export function NodeHeader({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const { type, change, locked } = useNodeParts(node);
  const title = type?.title[locale] ?? node.type;
  return (
    <header className="node-header" data-family={type?.family}>
      <div className="node-header-top">
        <span className="node-badge">
          <NodeIcon name={type?.icon ?? ""} size={20} />
        </span>
        <TextInput
          className="node-label"
          variant="unstyled"
          aria-label={words.labelOf}
          value={node.data.label ?? ""}
          placeholder={title}
          maxLength={120}
          readOnly={locked}
          onChange={(event) => {
            const text = event.currentTarget.value;
            change(bothWords("undoLabel"), (flow) => setLabel(flow, node.id, text), {
              mergeKey: `${node.id}/label`,
            });
          }}
        />
        {!locked && <NodeMenu node={node} />}
      </div>
      <div className="node-header-facts">
        <Tooltip label={node.type} openDelay={400}>
          <span className="node-type">{title}</span>
        </Tooltip>
        {type?.simulated && (
          <Badge size="xs" variant="light" color="gray">
            {words.simulated}
          </Badge>
        )}
        <NodeIdField node={node} />
      </div>
      <GeneralProblems node={node} />
    </header>
  );
}

function useNodeParts(node: FlowNode) {
  const type = useFlow((state) => state.catalogue.get(node.type, node.version));
  const change = useFlow((state) => state.change);
  const locked = useFlow((state) => state.locked !== null);
  return { type, change, locked };
}

function NodeMenu({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const store = useFlowStore();
  const copy = () => {
    const { change, catalogue, select, history } = store.getState();
    const made = duplicate(present(history), [node.id], catalogue);
    change(bothWords("undoDuplicate"), () => made.flow);
    select(made.ids);
  };
  const remove = () => {
    const { change, catalogue, select } = store.getState();
    change(bothWords("undoRemove"), (flow) => removeNodes(flow, [node.id], catalogue));
    select([]);
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={words.groups.advanced}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopyPlus size={16} />} onClick={copy}>
          {words.duplicate}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={remove}>
          {words.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** What is wrong with the node and belongs to none of its parameters: a way out that leads nowhere, say. */
function GeneralProblems({ node }: { readonly node: FlowNode }) {
  const problems = useFlow((state) => state.problems);
  const own = problems.filter(
    (problem) => problem.nodeId === node.id && !problem.path.includes("/data/params/"),
  );
  return own.length === 0 ? null : <FieldProblems problems={own} />;
}

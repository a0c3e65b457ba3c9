import { ActionIcon, Menu } from "@mantine/core";
import { IconCopy, IconDots, IconDownload, IconExternalLink, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Confirm } from "../ui/confirm.tsx";
import { useWords } from "../words/words.ts";
import { useDeleteFlow, useDuplicateFlow, useExportFlow } from "./flow-actions.ts";
import type { FlowItem } from "./flow-item.ts";
import { flowsWords } from "./words.ts";

export function FlowMenu({ flow }: { readonly flow: FlowItem }) {
  const words = useWords(flowsWords);
  const navigate = useNavigate();
  const duplicate = useDuplicateFlow();
  const exportFlow = useExportFlow();
  const deleteFlow = useDeleteFlow();
  const [asking, ask] = useState(false);
  const isKept = flow.published !== null;
  return (
    <div className="row-actions">
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={36} aria-label={words.actions(flow.name)}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconExternalLink size={16} />}
            onClick={() => navigate(`/flows/${flow.key}`)}
          >
            {words.open}
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => duplicate(flow)}>
            {words.duplicate}
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => exportFlow(flow.key)}>
            {words.exportFlow}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color={isKept ? "gray" : "red"}
            disabled={isKept}
            leftSection={<IconTrash size={16} />}
            onClick={() => ask(true)}
          >
            {isKept ? words.deleteRefused : words.deleteFlow}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking && (
        <Confirm
          title={words.deleteTitle}
          text={words.deleteText(flow.name)}
          action={words.deleteFlow}
          onConfirm={() => deleteFlow(flow.key)}
          onClose={() => ask(false)}
        />
      )}
    </div>
  );
}

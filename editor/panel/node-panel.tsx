import { Alert, Tabs, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useState } from "react";
import type { FlowNode } from "../../engine/core/flow.ts";
import { useDocument, useFlow } from "../flow/flow-store.ts";
import { useWords } from "../words/words.ts";
import { FlowSettings } from "./flow-settings.tsx";
import { NodeHeader } from "./node-header.tsx";
import { PanelFrame } from "./panel-frame.tsx";
import { ConfigureTab } from "./tabs/configure-tab.tsx";
import { DataTab } from "./tabs/data-tab.tsx";
import { HelpTab } from "./tabs/help-tab.tsx";
import { panelWords } from "./words.ts";
import "./panel.css";

/** What is selected on the canvas, to be filled in; the flow itself where nothing is. */
export function NodePanel() {
  const words = useWords(panelWords);
  const selection = useFlow((state) => state.selection);
  const flow = useDocument();
  const chosen = flow.nodes.filter(({ id }) => selection.has(id));
  const [node] = chosen;
  if (chosen.length > 1) {
    return (
      <PanelFrame label={words.many(chosen.length)} subject={null}>
        <div className="panel-note">
          <Text fw={600}>{words.many(chosen.length)}</Text>
          <Text size="sm" c="dimmed">
            {words.manyText}
          </Text>
        </div>
      </PanelFrame>
    );
  }
  if (!node) {
    return (
      <PanelFrame label={words.flowPanel} subject={null}>
        <LockNote />
        <FlowSettings />
      </PanelFrame>
    );
  }
  return (
    <PanelFrame label={words.panel} subject={node.id}>
      <OneNode node={node} />
    </PanelFrame>
  );
}

function OneNode({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const [tab, setTab] = useState<string | null>("configure");
  return (
    <>
      <LockNote />
      <NodeHeader node={node} />
      <Tabs value={tab} onChange={setTab} keepMounted={false} className="panel-tabs">
        <Tabs.List>
          <Tabs.Tab value="configure">{words.tabs.configure}</Tabs.Tab>
          <Tabs.Tab value="data">{words.tabs.data}</Tabs.Tab>
          <Tabs.Tab value="help">{words.tabs.help}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="configure">
          <ConfigureTab key={node.id} node={node} />
        </Tabs.Panel>
        <Tabs.Panel value="data">
          <DataTab node={node} />
        </Tabs.Panel>
        <Tabs.Panel value="help">
          <HelpTab node={node} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function LockNote() {
  const words = useWords(panelWords);
  const locked = useFlow((state) => state.locked);
  if (locked === null) return null;
  return (
    <Alert color="gray" variant="light" radius={0} p="xs" icon={<IconLock size={16} />}>
      {locked === "version" ? words.lockedVersion : words.lockedElsewhere}
    </Alert>
  );
}

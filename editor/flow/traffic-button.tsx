import { ActionIcon, Tooltip } from "@mantine/core";
import { IconChartArrows } from "@tabler/icons-react";
import { useWords } from "../words/words.ts";
import { useFlow, useFlowStore } from "./flow-store.ts";
import { flowWords } from "./words.ts";

/** Shows on the canvas how many came by, or takes it away again. */
export function TrafficButton() {
  const words = useWords(flowWords);
  const store = useFlowStore();
  const shown = useFlow((state) => state.traffic !== null);
  const published = useFlow((state) => state.published);
  if (published === null) return null;
  const toggle = () => {
    const { drawer, showDrawer, set } = store.getState();
    if (drawer === "simulator") showDrawer(null);
    set({ traffic: shown ? null : { version: null, days: 7 } });
  };
  return (
    <Tooltip label={words.trafficHint}>
      <ActionIcon
        variant={shown ? "light" : "subtle"}
        color={shown ? "teal" : "gray"}
        size="lg"
        aria-label={words.traffic}
        aria-pressed={shown}
        onClick={toggle}
      >
        <IconChartArrows size={18} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}

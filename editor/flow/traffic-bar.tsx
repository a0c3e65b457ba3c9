import { ActionIcon, SegmentedControl, Select, Text } from "@mantine/core";
import { IconUsers, IconX } from "@tabler/icons-react";
import { useEffect } from "react";
import { Link } from "react-router";
import { useRead } from "../api/queries.ts";
import { everydayWords } from "../words/everyday.ts";
import { useFailureText } from "../words/failures.ts";
import { useWords } from "../words/words.ts";
import { useDocument, useFlow, useFlowStore } from "./flow-store.ts";
import { TRAFFIC_DAYS, type TrafficChoice, trafficFrom, trafficOverlay } from "./traffic-overlay.ts";
import { flowWords } from "./words.ts";

const RENEW_MS = 30_000;
const ALL = "all";

/** Where people go in the flow and where they leave it, drawn on the canvas for as long as this bar is there. */
export function TrafficBar() {
  const choice = useFlow((state) => state.traffic);
  return choice === null ? null : <Bar choice={choice} />;
}

function Bar({ choice }: { readonly choice: TrafficChoice }) {
  const words = useWords(flowWords);
  const common = useWords(everydayWords);
  const inWords = useFailureText();
  const key = useFlow((state) => state.key);
  const set = useFlow((state) => state.set);
  const traffic = useTraffic(choice);
  const versions = useRead("listVersions", { path: { key } });
  const standing = traffic.data?.nodes.reduce((sum, node) => sum + node.standing, 0) ?? 0;
  const change = (part: Partial<TrafficChoice>) => set({ traffic: { ...choice, ...part } });
  return (
    <div className="banner traffic-bar">
      <Text size="sm" fw={600}>
        {words.traffic}
      </Text>
      <Select
        size="xs"
        w={170}
        aria-label={words.trafficVersion}
        allowDeselect={false}
        value={choice.version === null ? ALL : String(choice.version)}
        onChange={(value) => change({ version: value === null || value === ALL ? null : Number(value) })}
        data={[
          { value: ALL, label: words.allVersions },
          ...(versions.data?.items ?? []).map(({ number }) => ({
            value: String(number),
            label: words.version(number),
          })),
        ]}
      />
      <SegmentedControl
        size="xs"
        aria-label={words.trafficPeriod}
        value={String(choice.days)}
        onChange={(value) => change({ days: TRAFFIC_DAYS.find((days) => String(days) === value) ?? 7 })}
        data={TRAFFIC_DAYS.map((days) => ({ value: String(days), label: words.days(days) }))}
      />
      <span className="traffic-now" role="status">
        {traffic.error ? inWords(traffic.error) : <Standing count={standing} flow={key} />}
      </span>
      <ActionIcon
        variant="subtle"
        color="gray"
        ml="auto"
        aria-label={common.close}
        onClick={() => set({ traffic: null })}
      >
        <IconX size={18} aria-hidden="true" />
      </ActionIcon>
    </div>
  );
}

function Standing({ count, flow }: { readonly count: number; readonly flow: string }) {
  const words = useWords(flowWords);
  return (
    <Link to={`/runs?flow=${flow}`}>
      <IconUsers size={15} aria-hidden="true" /> {words.inFlight(count)}
    </Link>
  );
}

function useTraffic({ version, days }: TrafficChoice) {
  const store = useFlowStore();
  const flow = useDocument();
  const { key, catalogue } = store.getState();
  const simulating = useFlow((state) => state.drawer === "simulator");
  const query = { from: trafficFrom(days, new Date()), ...(version === null ? {} : { version }) };
  const traffic = useRead("readTraffic", { path: { key }, query }, { refetchInterval: RENEW_MS });
  const { data } = traffic;
  useEffect(() => {
    if (!data) return;
    const triggers = new Set(
      flow.nodes.filter(({ type }) => catalogue.get(type)?.kind === "trigger").map(({ id }) => id),
    );
    store.getState().showOverlay(trafficOverlay(flow, data, (id) => triggers.has(id)));
  }, [store, flow, data, catalogue]);
  useEffect(() => {
    // The canvas shows one thing at a time.
    if (simulating) store.getState().set({ traffic: null });
  }, [store, simulating]);
  useEffect(
    () => () => {
      const { overlay, showOverlay } = store.getState();
      if (overlay?.kind === "traffic") showOverlay(null);
    },
    [store],
  );
  return traffic;
}

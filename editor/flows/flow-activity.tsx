import { Group, Text } from "@mantine/core";
import { IconHourglass, IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "react-router";
import { useRead } from "../api/queries.ts";
import { useWords } from "../words/words.ts";
import { flowsWords } from "./words.ts";

/** What is going on in a flow now; each number opens the runs behind it. */
export function FlowActivity({ flow }: { readonly flow: string }) {
  const words = useWords(flowsWords);
  const { data } = useRead("listFlowActivity", {}, { refetchInterval: 10_000 });
  const activity = data?.items.find((item) => item.flow === flow);
  const counts = [
    { status: "running", Icon: IconPlayerPlay, n: activity?.running ?? 0, text: words.running },
    { status: "waiting", Icon: IconHourglass, n: activity?.waiting ?? 0, text: words.waiting },
  ].filter(({ n }) => n > 0);
  if (counts.length === 0) return null;
  return (
    <Group gap={8} className="row-actions" wrap="nowrap">
      {counts.map(({ status, Icon, n, text }) => (
        <Link
          key={status}
          to={`/runs?flow=${encodeURIComponent(flow)}&status=${status}`}
          className="flow-count"
          aria-label={text(n)}
        >
          <Icon size={14} aria-hidden="true" />
          <Text component="span" size="sm" className="tabular" aria-hidden="true">
            {text(n)}
          </Text>
        </Link>
      ))}
    </Group>
  );
}

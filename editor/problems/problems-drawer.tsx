import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import type { Problem } from "../../engine/core/check-tools.ts";
import { Drawer } from "../flow/drawer.tsx";
import { useDocument, useFlow } from "../flow/flow-store.ts";
import { FLOW_LABELS, flowWords } from "../flow/words.ts";
import { EmptyState } from "../ui/states.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { useFixes } from "./use-fixes.ts";

/** Everything wrong with the flow, each with the way to it and, where there is one, a fix of one click. */
export function ProblemsDrawer() {
  const words = useWords(flowWords);
  const problems = useFlow((state) => state.problems);
  return (
    <Drawer title={words.problemsTitle}>
      {problems.length === 0 && (
        <EmptyState
          icon={<IconCircleCheck size={30} />}
          title={words.noProblems}
          text={words.noProblemsText}
        />
      )}
      <Stack gap="sm" component="ul" className="outline-list">
        {problems.map((problem) => (
          <ProblemRow key={`${problem.path} ${problem.code} ${problem.message}`} problem={problem} />
        ))}
      </Stack>
    </Drawer>
  );
}

function ProblemRow({ problem }: { readonly problem: Problem }) {
  const words = useWords(flowWords);
  const locale = useLocale();
  const flow = useDocument();
  const fixes = useFixes(problem);
  const change = useFlow((state) => state.change);
  const focusNode = useFlow((state) => state.focusNode);
  const { nodeId, severity, message, fix } = problem;
  const label = flow.nodes.find(({ id }) => id === nodeId)?.data.label ?? nodeId;
  return (
    <li className="problem">
      <Group gap="xs" mb={4}>
        <Badge size="sm" variant="light" color={severity === "error" ? "red" : "yellow"}>
          {severity === "error" ? words.error : words.warning}
        </Badge>
        {nodeId && (
          <Button size="compact-xs" variant="subtle" onClick={() => focusNode(nodeId)}>
            {label}
          </Button>
        )}
      </Group>
      <Text size="sm">{message}</Text>
      <Text size="xs" c="dimmed">
        {fix}
      </Text>
      <Group gap={4} mt={6}>
        {fixes.map((way) => (
          <Button
            key={way.label.en}
            size="compact-xs"
            variant="light"
            onClick={() => change(FLOW_LABELS.fixed, way.apply)}
          >
            {way.label[locale]}
          </Button>
        ))}
      </Group>
    </li>
  );
}

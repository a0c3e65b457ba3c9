import { Button, Group, List, Modal, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Flow } from "../../engine/core/flow.ts";
import { describe, diffFlows } from "../model/diff.ts";
import { change, present } from "../model/history.ts";
import { mergeFlows } from "../model/merge.ts";
import { relativeMoment } from "../ui/moment.tsx";
import { ErrorState, LoadingRows } from "../ui/states.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { useFlow, useFlowStore } from "./flow-store.ts";
import { readDraft } from "./read-draft.ts";
import { FLOW_LABELS, flowWords } from "./words.ts";

/** Somebody saved in between: see what both did, and choose. Until then everything stays as it is. */
export function ConflictDialog() {
  const words = useWords(flowWords);
  const conflict = useFlow((state) => (state.saving.kind === "conflict" ? state.saving.revision : null));
  const key = useFlow((state) => state.key);
  const theirs = useQuery({
    queryKey: ["conflict", key, conflict],
    queryFn: () => readDraft(key),
    enabled: conflict !== null,
    gcTime: 0,
  });
  return (
    <Modal
      opened={conflict !== null}
      onClose={() => undefined}
      withCloseButton={false}
      size="lg"
      title={words.conflictTitle}
    >
      {theirs.error && <ErrorState error={theirs.error} onRetry={() => void theirs.refetch()} />}
      {theirs.data ? (
        <Choice flow={theirs.data.draft} revision={theirs.data.revision} at={theirs.data.updatedAt} />
      ) : (
        !theirs.error && <LoadingRows rows={3} />
      )}
    </Modal>
  );
}

function Choice({
  flow: theirs,
  revision,
  at,
}: {
  readonly flow: Flow;
  readonly revision: number;
  readonly at: string;
}) {
  const words = useWords(flowWords);
  const locale = useLocale();
  const store = useFlowStore();
  const { stored, history } = store.getState();
  const mine = present(history);
  const merged = mergeFlows(stored.flow, mine, theirs);

  /** What is on the screen becomes a change of theirs; also while somebody else has the lock, or it would be lost. */
  function goOnWith(flow: Flow): void {
    const { set } = store.getState();
    const next = change(history, FLOW_LABELS.merged, () => flow);
    set({
      stored: { flow: theirs, revision },
      // The same document as before is no change, but the server does not have it.
      history: next === history ? { ...history } : next,
      saving: { kind: "unsaved" },
    });
  }

  return (
    <Stack>
      <Text size="sm">{words.conflictText(relativeMoment(at, Date.now(), locale))}</Text>
      <Group align="flex-start" grow>
        <Changes title={words.conflictTheirs} lines={describe(diffFlows(stored.flow, theirs), locale)} />
        <Changes title={words.conflictYours} lines={describe(diffFlows(stored.flow, mine), locale)} />
      </Group>
      {merged.conflicts.length > 0 && (
        <Text size="sm" fw={600}>
          {words.conflictClashes(merged.conflicts.length)}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {words.conflictMergeText}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => goOnWith(theirs)}>
          {words.conflictTake}
        </Button>
        <Button variant="default" onClick={() => goOnWith(mine)}>
          {words.conflictMine}
        </Button>
        <Button data-autofocus onClick={() => goOnWith(merged.flow)}>
          {words.conflictMerge}
        </Button>
      </Group>
    </Stack>
  );
}

function Changes({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </div>
  );
}

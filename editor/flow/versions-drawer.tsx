import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import type { Flow } from "../../engine/core/flow.ts";
import { call, failureOf } from "../api/client.ts";
import { useRead } from "../api/queries.ts";
import { diffFlows } from "../model/diff.ts";
import { present } from "../model/history.ts";
import { Moment } from "../ui/moment.tsx";
import { EmptyState, ErrorState, LoadingRows } from "../ui/states.tsx";
import { tellDone, tellFailure } from "../ui/tell.ts";
import { useLocale, useWords } from "../words/words.ts";
import { diffOverlay } from "./diff-overlay.ts";
import { Drawer } from "./drawer.tsx";
import { useFlow, useFlowStore } from "./flow-store.ts";
import { FLOW_LABELS, flowWords } from "./words.ts";

/** What was published, newest first: to look at, to compare, to restore. */
export function VersionsDrawer() {
  const words = useWords(flowWords);
  const key = useFlow((state) => state.key);
  const versions = useRead("listVersions", { path: { key } });
  const traffic = useRead("readTraffic", { path: { key } });
  const underWay = new Map(traffic.data?.underWay.map(({ version, runs }) => [version, runs]));
  return (
    <Drawer title={words.versions}>
      {versions.error && <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />}
      {versions.isPending && <LoadingRows />}
      {versions.data?.items.length === 0 && (
        <EmptyState icon={<IconHistory size={30} />} title={words.noVersions} text={words.noVersionsText} />
      )}
      <Stack gap="sm">
        {versions.data?.items.map((version) => (
          <Version key={version.id} {...version} underWay={underWay.get(version.number) ?? 0} />
        ))}
      </Stack>
    </Drawer>
  );
}

interface VersionProps {
  readonly number: number;
  readonly note: string | null;
  readonly publishedBy: string | null;
  readonly publishedAt: string;
  readonly underWay: number;
}

function Version({ number, note, publishedBy, publishedAt, underWay }: VersionProps) {
  const words = useWords(flowWords);
  const published = useFlow((state) => state.published);
  const { view, compare, restore } = useVersionActions(number);
  return (
    <article className="version">
      <Group gap="xs">
        <Text fw={600} size="sm">
          {words.version(number)}
        </Text>
        {published === number && <Badge variant="light">{words.current}</Badge>}
        {underWay > 0 && (
          <Badge variant="light" color="grape">
            {words.inFlight(underWay)}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        <Moment at={publishedAt} /> {publishedBy && words.by(publishedBy)}
      </Text>
      {note && <Text size="sm">{note}</Text>}
      <Group gap={4} mt={6}>
        <Button size="compact-xs" variant="default" onClick={view}>
          {words.view}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => void compare()}>
          {words.compare}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => void restore()}>
          {words.restore}
        </Button>
      </Group>
    </article>
  );
}

function useVersionActions(number: number) {
  const words = useWords(flowWords);
  const store = useFlowStore();
  const navigate = useNavigate();
  const { key } = store.getState();
  const locale = useLocale();
  const withVersion = async (act: (document: Flow) => void) => {
    try {
      act((await call("readVersion", { path: { key, number } })).data.document);
    } catch (error) {
      tellFailure(failureOf(error), locale);
    }
  };
  return {
    view: () => navigate(`/flows/${key}?version=${number}`),
    compare: () =>
      withVersion((document) => {
        const draft = present(store.getState().history);
        store.getState().showOverlay(diffOverlay(diffFlows(document, draft), draft));
      }),
    /** As a change of the draft: undo takes it back, and the server's own restore is not needed. */
    restore: () =>
      withVersion((document) => {
        store.getState().change(FLOW_LABELS.restored, () => document);
        tellDone(words.restored(number));
      }),
  };
}

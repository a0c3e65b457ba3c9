import { Alert, Button, Group, List, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconAlertTriangle, IconEye } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Flow } from "../../engine/core/flow.ts";
import { type ApiFailure, call, failureOf, ofRevision } from "../api/client.ts";
import { useRead } from "../api/queries.ts";
import { creditsWords } from "../credits/words.ts";
import { costOfPaths } from "../model/cost.ts";
import { describe, diffFlows } from "../model/diff.ts";
import { present } from "../model/history.ts";
import { LoadingRows } from "../ui/states.tsx";
import { tellDone } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { useFailureText } from "../words/failures.ts";
import { useLocale, useWords } from "../words/words.ts";
import { diffOverlay } from "./diff-overlay.ts";
import { useDocument, useFlow, useFlowStore } from "./flow-store.ts";
import { useFlowSync } from "./flow-sync-context.ts";
import { flowWords } from "./words.ts";

/** What changes for callers from now on, who says so, and a note for whoever looks back. */
export function PublishDialog({ onClose }: { readonly onClose: () => void }) {
  const words = useWords(flowWords);
  const common = useWords(everydayWords);
  const inWords = useFailureText();
  const errors = useFlow((state) => state.problems.filter(({ severity }) => severity === "error").length);
  const showDrawer = useFlow((state) => state.showDrawer);
  const [note, setNote] = useState("");
  const { publish, busy, failure } = usePublish(onClose);
  return (
    <Modal opened onClose={onClose} title={words.publishTitle} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          {words.publishText}
        </Text>
        <Changes onShow={onClose} />
        <Cost />
        {errors > 0 && (
          <Alert
            color="red"
            variant="light"
            icon={<IconAlertTriangle size={18} />}
            title={words.fixFirst(errors)}
          >
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                showDrawer("problems");
                onClose();
              }}
            >
              {words.problems}
            </Button>
          </Alert>
        )}
        <Textarea
          label={words.publishNote}
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
          maxLength={500}
          autosize
          minRows={2}
          data-autofocus
        />
        {failure && (
          <Alert role="alert" color="red" variant="light">
            {inWords(failure)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button loading={busy} disabled={errors > 0} onClick={() => void publish(note)}>
            {words.publishNow}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Saves first: what is published is what is on the screen. */
function usePublish(onDone: () => void) {
  const words = useWords(flowWords);
  const store = useFlowStore();
  const sync = useFlowSync();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);

  async function publish(note: string): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      await sync.flush();
      const { key, stored, set } = store.getState();
      const { data } = await call("publishFlow", {
        path: { key },
        body: note.trim() === "" ? {} : { note },
        headers: ofRevision(stored),
      });
      set({ published: data.version.number });
      await queries.invalidateQueries({ queryKey: ["listVersions"] });
      tellDone(words.published(data.version.number));
      onDone();
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  }
  return { publish, busy, failure };
}

/** What one run may use up, the cheapest way and the dearest. */
function Cost() {
  const words = useWords(flowWords);
  const meterWords = useWords(creditsWords).meters as Readonly<Record<string, string>>;
  const flow = useDocument();
  const catalogue = useFlow((state) => state.catalogue);
  const { meters } = useMemo(() => costOfPaths(flow, catalogue), [flow, catalogue]);
  const lines = Object.entries(meters).filter(([, { max }]) => max === null || max > 0);
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {words.costs}
      </Text>
      <Text size="sm" c="dimmed">
        {lines.length === 0
          ? words.costsNothing
          : lines
              .map(([meter, { min, max }]) => words.costOf(meterWords[meter] ?? meter, min, max))
              .join(" · ")}
      </Text>
    </div>
  );
}

function Changes({ onShow }: { readonly onShow: () => void }) {
  const words = useWords(flowWords);
  const key = useFlow((state) => state.key);
  const published = useFlow((state) => state.published);
  const before = useRead(
    "readVersion",
    { path: { key, number: published ?? 1 } },
    { enabled: published !== null, staleTime: Number.POSITIVE_INFINITY },
  );
  if (published === null) return <Text size="sm">{words.publishFirst}</Text>;
  if (!before.data) return <LoadingRows rows={2} height={24} />;
  return <Difference before={before.data.document} version={published} onShow={onShow} />;
}

function Difference(props: { readonly before: Flow; readonly version: number; readonly onShow: () => void }) {
  const words = useWords(flowWords);
  const locale = useLocale();
  const draft = useDocument();
  const store = useFlowStore();
  const diff = diffFlows(props.before, draft);
  const lines = describe(diff, locale);
  if (lines.length === 0) return <Text size="sm">{words.publishSame}</Text>;
  const show = () => {
    store.getState().showOverlay(diffOverlay(diff, present(store.getState().history)));
    props.onShow();
  };
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {words.publishChanges(props.version)}
        </Text>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconEye size={14} aria-hidden="true" />}
          onClick={show}
        >
          {words.showOnCanvas}
        </Button>
      </Group>
      <List size="sm" className="changes">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </div>
  );
}

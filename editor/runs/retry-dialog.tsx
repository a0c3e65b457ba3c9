import { Alert, Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../api/queries.ts";
import { quoted } from "../model/condition-words.ts";
import { tellDone } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { useLocale, useWords } from "../words/words.ts";
import { useRun } from "./run-context.ts";
import { stepName } from "./step-name.ts";
import { actsFrom } from "./timeline.ts";
import { runsWords } from "./words.ts";

/** Asks before an ended run is taken up again: what was sent from there on is sent again. */
export function RetryDialog({ from, onClose }: { readonly from: string; readonly onClose: () => void }) {
  const words = useWords(runsWords);
  const common = useWords(everydayWords);
  const locale = useLocale();
  const navigate = useNavigate();
  const { run, flow, catalogue, visits } = useRun();
  const [version, setVersion] = useState<"same" | "published">("same");
  const retry = useChange("retryRun", ["listRuns"]);
  const again = actsFrom(visits, from);
  const step = quoted(stepName(from, null, flow, { catalogue, locale }), locale);
  const start = () =>
    retry.mutate(
      { path: { id: run.id }, body: { fromNode: from, version } },
      {
        onSuccess({ data }) {
          tellDone(words.retried);
          onClose();
          void navigate(`/runs/${data.runId}`);
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={words.retryTitle(step)} centered>
      <Stack>
        <Text size="sm">{words.retryText}</Text>
        {again > 0 && (
          <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
            {words.retrySends(again)}
          </Alert>
        )}
        {run.version !== null && (
          <Radio.Group
            label={words.retryVersion}
            value={version}
            onChange={(value) => setVersion(value === "published" ? "published" : "same")}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="same" label={words.retrySame(run.version)} />
              <Radio value="published" label={words.retryPublished} />
            </Stack>
          </Radio.Group>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {common.cancel}
          </Button>
          <Button loading={retry.isPending} onClick={start}>
            {words.retry}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

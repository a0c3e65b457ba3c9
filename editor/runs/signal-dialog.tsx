import { Button, Group, JsonInput, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { parsedJson } from "../model/json-value.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { awaitedSignal } from "./awaited-signal.ts";
import { useRun } from "./run-context.ts";
import { useRunChanges } from "./use-run-changes.ts";
import { runsWords } from "./words.ts";

/** Sends the run a signal by hand, as another system would. */
export function SignalDialog({ onClose }: { readonly onClose: () => void }) {
  const words = useWords(runsWords);
  const common = useWords(everydayWords);
  const { run } = useRun();
  const { signal } = useRunChanges(run.id);
  const [name, setName] = useState(awaitedSignal(run) ?? "");
  const [payload, setPayload] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = parsedJson(payload);
    if (!parsed.ok) return setWrong(true);
    signal(name.trim(), parsed.value);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={words.signalTitle} centered>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{words.signalText}</Text>
          <TextInput
            label={words.signalName}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            maxLength={100}
            required
            data-autofocus
          />
          <JsonInput
            label={words.signalPayload}
            value={payload}
            onChange={(text) => {
              setPayload(text);
              setWrong(false);
            }}
            error={wrong && words.signalPayloadWrong}
            autosize
            minRows={3}
            formatOnBlur
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" disabled={name.trim() === ""}>
              {words.send}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

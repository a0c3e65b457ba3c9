import { Alert, Button, FileInput, Group, List, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconAlertTriangle, IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import type { Bundle } from "../model/bundle.ts";
import { type BundleProblem, readBundle } from "../model/read-bundle.ts";
import { everydayWords } from "../words/everyday.ts";
import { useLocale, useWords } from "../words/words.ts";
import { BindFlow } from "./bind-flow.tsx";
import { bundleWords } from "./words.ts";

/** Takes a flow from a file or the clipboard: first what is wrong with it, then what it needs, then the draft. */
export function ImportFlow({ onClose }: { readonly onClose: () => void }) {
  const words = useWords(bundleWords);
  const [bundle, setBundle] = useState<Bundle | null>(null);
  return (
    <Modal opened onClose={onClose} title={words.importTitle} size="lg" centered>
      {bundle ? (
        <BindFlow bundle={bundle} onClose={onClose} />
      ) : (
        <ReadBundle onRead={setBundle} onClose={onClose} />
      )}
    </Modal>
  );
}

function ReadBundle(props: { readonly onRead: (bundle: Bundle) => void; readonly onClose: () => void }) {
  const words = useWords(bundleWords);
  const common = useWords(everydayWords);
  const [text, setText] = useState("");
  const [problems, setProblems] = useState<readonly BundleProblem[]>([]);

  function read(given: string): void {
    const result = readBundle(given);
    if ("bundle" in result) props.onRead(result.bundle);
    else setProblems(result.problems);
  }

  async function readFile(file: File | null): Promise<void> {
    if (file) read(await file.text());
  }

  return (
    <Stack>
      <Text size="sm">{words.importText}</Text>
      <FileInput
        label={words.file}
        placeholder={words.chooseFile}
        accept="application/json,.json"
        leftSection={<IconFileImport size={16} />}
        onChange={(file) => void readFile(file)}
      />
      <Textarea
        label={words.paste}
        value={text}
        onChange={(event) => {
          setProblems([]);
          setText(event.currentTarget.value);
        }}
        rows={6}
        spellCheck={false}
        styles={{ input: { fontFamily: "monospace", fontSize: 12 } }}
      />
      {problems.length > 0 && <Problems problems={problems} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={props.onClose}>
          {common.cancel}
        </Button>
        <Button disabled={text.trim() === ""} onClick={() => read(text)}>
          {words.next}
        </Button>
      </Group>
    </Stack>
  );
}

function Problems({ problems }: { readonly problems: readonly BundleProblem[] }) {
  const words = useWords(bundleWords);
  const locale = useLocale();
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle size={18} />} title={words.problemsTitle}>
      <List size="sm" mah={180} style={{ overflowY: "auto", overflowWrap: "anywhere" }}>
        {problems.map(({ path, message }) => (
          <List.Item key={`${path} ${message.en}`}>{message[locale]}</List.Item>
        ))}
      </List>
      <Text size="sm" mt="xs">
        {words.problemsNothing}
      </Text>
    </Alert>
  );
}

import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { CopyText } from "../../ui/copy-text.tsx";
import { useWords } from "../../words/words.ts";
import { keyWords } from "./words.ts";

/** The one time a key is seen. It does not close by a click beside it. */
export function ShownKey(props: { readonly value: string; readonly onClose: () => void }) {
  const words = useWords(keyWords);
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={words.shown}
      centered
      closeOnClickOutside={false}
      withCloseButton={false}
    >
      <Stack>
        <Text size="sm">{words.shownText}</Text>
        <Group gap="xs" wrap="nowrap">
          <Code style={{ overflowWrap: "anywhere" }}>{props.value}</Code>
          <CopyText text={props.value} />
        </Group>
        <Group justify="flex-end">
          <Button onClick={props.onClose}>{words.done}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

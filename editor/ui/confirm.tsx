import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";

/** Asks before something is done that cannot be undone. */
export function Confirm(props: {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  const words = useWords(everydayWords);
  return (
    <Modal opened onClose={props.onClose} title={props.title} centered>
      <Stack>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {props.text}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {words.cancel}
          </Button>
          <Button
            color="red"
            onClick={() => {
              props.onConfirm();
              props.onClose();
            }}
          >
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

import { Modal, SimpleGrid, Table, Text, Title } from "@mantine/core";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { keyNames } from "./key-names.ts";
import { SHORTCUTS, type Shortcut, type ShortcutGroup } from "./shortcuts.ts";
import { canvasWords } from "./words.ts";

const GROUPS: readonly ShortcutGroup[] = ["build", "move", "arrange", "history", "view"];

/** Everything the keyboard does on the canvas, from the very list that the canvas listens by. */
export function CheatSheet(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const common = useWords(everydayWords);
  const words = useWords(canvasWords);
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={words.keys.title}
      size="xl"
      closeButtonProps={{ "aria-label": common.close }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" verticalSpacing="lg">
        {GROUPS.map((group) => (
          <section key={group}>
            <Title order={3} size="h6" mb={4}>
              {words.keys.groups[group]}
            </Title>
            <Table verticalSpacing={5} horizontalSpacing={0}>
              <Table.Tbody>
                {SHORTCUTS.filter((shortcut) => shortcut.group === group).map((shortcut) => (
                  <Table.Tr key={shortcut.id}>
                    <Table.Td>{words.keys.does[shortcut.id]}</Table.Td>
                    <Table.Td ta="right">
                      <Chords shortcut={shortcut} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        ))}
        <MouseList />
      </SimpleGrid>
    </Modal>
  );
}

function Chords({ shortcut }: { readonly shortcut: Shortcut }) {
  const words = useWords(canvasWords);
  return shortcut.keys.map((chord, index) => (
    <span key={chord} className="chord">
      {index > 0 && <span> {words.keys.or} </span>}
      {keyNames(chord, words).map((name) => (
        <kbd key={name} className="key-cap">
          {name}
        </kbd>
      ))}
    </span>
  ));
}

function MouseList() {
  const words = useWords(canvasWords);
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        {words.keys.mouse}
      </Title>
      <Table verticalSpacing={5} horizontalSpacing={0}>
        <Table.Tbody>
          {Object.entries(words.keys.mouseDoes).map(([id, [how, what]]) => (
            <Table.Tr key={id}>
              <Table.Td>{what}</Table.Td>
              <Table.Td ta="right">
                <Text span size="sm" c="dimmed">
                  {how}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

import { Badge, Button, Drawer, Group, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import type { Input } from "../api/client.ts";
import { useRewriteItems } from "../api/pages.ts";
import { useChange } from "../api/queries.ts";
import { FlowSelect } from "../ui/flow-select.tsx";
import { OptionSelect } from "../ui/option-select.tsx";
import { PhoneNumber } from "../ui/phone-number.tsx";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import type { PhoneLine } from "./phone-line.ts";
import { storesWords } from "./words.ts";

type Change = NonNullable<Input<"changeNumber">["body"]>;

/** A number: what it is called, where it is, which flow answers it. A change counts at once and needs no saving. */
export function NumberDrawer(props: { readonly number: PhoneLine; readonly onClose: () => void }) {
  const words = useWords(storesWords);
  const common = useWords(everydayWords);
  const { number, onClose } = props;
  const change = useChangeNumber(number.id);
  const [label, setLabel] = useState(number.label ?? "");
  return (
    <Drawer opened onClose={onClose} position="right" size={460} title={<PhoneNumber e164={number.e164} />}>
      <Stack>
        <Group gap="xs">
          <Text size="sm" tt="capitalize">
            {number.provider}
          </Text>
          {number.simulated && (
            <Badge variant="light" color="gray" tt="none">
              {common.simulated}
            </Badge>
          )}
          <Text size="sm" c="dimmed">
            {number.lifecycle === null ? words.ready : (words.states[number.lifecycle] ?? number.lifecycle)}
          </Text>
        </Group>
        {number.channels.includes("voice") && (
          <FlowSelect
            label={words.answeredBy}
            placeholder={words.chooseFlow}
            value={number.voiceFlow}
            onChange={(voiceFlow) => change({ voiceFlow })}
          />
        )}
        {number.channels.some((channel) => channel !== "voice") && (
          <FlowSelect
            label={words.messagesBy}
            placeholder={words.chooseFlow}
            value={number.messageFlow}
            onChange={(messageFlow) => change({ messageFlow })}
          />
        )}
        <Text size="xs" c="dimmed">
          {words.optimistic}
        </Text>
        <TextInput
          label={words.label}
          value={label}
          maxLength={120}
          onChange={(event) => setLabel(event.currentTarget.value)}
          onBlur={() => label !== (number.label ?? "") && change({ label: label.trim() || null })}
        />
        <OptionSelect
          source="stores"
          label={words.store}
          placeholder={words.noStore}
          value={number.storeId}
          onChange={(storeId) => change({ storeId })}
        />
        <VendorState number={number} />
      </Stack>
    </Drawer>
  );
}

/** What is chosen stands at once, and goes back where the server refuses. */
function useChangeNumber(id: string): (change: Change) => void {
  const { mutateAsync } = useChange("changeNumber", ["listNumbers"]);
  const rewrite = useRewriteItems("listNumbers");
  return (change) => {
    const putBack = rewrite((number) => (number.id === id ? { ...number, ...change } : number));
    // A promise, for callbacks of `mutate` are lost once the component that called it is gone, as a closed drawer is.
    mutateAsync({ path: { id }, body: change }).catch(putBack);
  };
}

function VendorState({ number }: { readonly number: PhoneLine }) {
  const words = useWords(storesWords);
  const refresh = useChange("refreshNumber", ["listNumbers"]);
  const said = Object.entries(number.vendorState).filter(([, value]) => typeof value !== "object");
  // Only a number that is set up from here has a vendor to ask.
  if (number.lifecycle === null && said.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {words.vendorSays}
      </Title>
      <Table fz="sm" verticalSpacing={4}>
        <Table.Tbody>
          {said.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Td c="dimmed">{name}</Table.Td>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{String(value)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRefresh size={14} />}
          loading={refresh.isPending}
          onClick={() => refresh.mutate({ path: { id: number.id }, body: {} })}
        >
          {words.ask}
        </Button>
      </Group>
    </Stack>
  );
}

import { Badge, Group } from "@mantine/core";
import { IconPhone } from "@tabler/icons-react";
import { useState } from "react";
import { usePages } from "../api/pages.ts";
import { useRead } from "../api/queries.ts";
import { ChannelBadge } from "../ui/channel-badge.tsx";
import { ListOf } from "../ui/list-of.tsx";
import { readable } from "../ui/phone-number.tsx";
import { Row, RowName, Rows } from "../ui/rows.tsx";
import { EmptyState } from "../ui/states.tsx";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { NumberDrawer } from "./number-drawer.tsx";
import type { PhoneLine } from "./phone-line.ts";
import { storesWords } from "./words.ts";

const COLUMNS = "minmax(0, 1.2fr) minmax(0, 1.3fr) minmax(0, 1.8fr) minmax(150px, max-content)";

export function NumberList() {
  const words = useWords(storesWords);
  const pages = usePages("listNumbers", { query: { limit: 50 } });
  const [opened, open] = useState<string | null>(null);
  const number = pages.items?.find(({ id }) => id === opened);
  return (
    <>
      <ListOf
        pages={pages}
        rowHeight={64}
        empty={
          <EmptyState icon={<IconPhone size={32} />} title={words.noNumbers} text={words.noNumbersText} />
        }
      >
        {(numbers) => (
          <Rows columns={COLUMNS} label={words.tabs.numbers}>
            {numbers.map((each) => (
              <NumberRow key={each.id} number={each} onOpen={() => open(each.id)} />
            ))}
          </Rows>
        )}
      </ListOf>
      {number && <NumberDrawer key={number.id} number={number} onClose={() => open(null)} />}
    </>
  );
}

function NumberRow(props: { readonly number: PhoneLine; readonly onOpen: () => void }) {
  const words = useWords(storesWords);
  const common = useWords(everydayWords);
  const { number, onOpen } = props;
  const { flag, national } = readable(number.e164);
  return (
    <Row>
      <RowName name={`${flag} ${national}`} text={number.label ?? number.provider} onOpen={onOpen} />
      <Group gap={6}>
        {number.channels.map((channel) => (
          <ChannelBadge key={channel} channel={channel} />
        ))}
      </Group>
      <Answering number={number} />
      <Group gap={6} className="row-end">
        <span className="row-text">
          {number.lifecycle === null ? words.ready : (words.states[number.lifecycle] ?? number.lifecycle)}
        </span>
        {number.simulated && (
          <Badge variant="light" color="gray" tt="none" fw={500}>
            {common.simulated}
          </Badge>
        )}
      </Group>
    </Row>
  );
}

/** Which flows answer, by name. */
function Answering({ number }: { readonly number: PhoneLine }) {
  const words = useWords(storesWords);
  const flows = useRead("listFlows", { query: { limit: 200 } });
  const nameOf = (key: string) => flows.data?.items.find((flow) => flow.key === key)?.name ?? key;
  const { voiceFlow, messageFlow, channels } = number;
  const lines = [
    ...(channels.includes("voice") ? [{ what: words.calls, flow: voiceFlow }] : []),
    ...(channels.some((channel) => channel !== "voice") ? [{ what: words.messages, flow: messageFlow }] : []),
  ];
  return (
    <span className="row-wide">
      {lines.map(({ what, flow }) => (
        <span key={what} className="row-text" style={{ display: "block" }}>
          {what} → {flow === null ? words.nobody : nameOf(flow)}
        </span>
      ))}
    </span>
  );
}

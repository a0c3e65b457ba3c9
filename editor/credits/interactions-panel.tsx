import { Button, Group, Text, Title } from "@mantine/core";
import { IconDownload, IconHeadset } from "@tabler/icons-react";
import { useNodeTypes } from "../api/node-types.ts";
import { type ItemOf, usePages } from "../api/pages.ts";
import { saveCsv } from "../ui/csv.ts";
import { ListOf } from "../ui/list-of.tsx";
import { Moment } from "../ui/moment.tsx";
import { moneyFormat } from "../ui/money.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { readable } from "../ui/phone-number.tsx";
import { Row, RowName, Rows } from "../ui/rows.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { creditsWords } from "./words.ts";

type Interaction = ItemOf<"listInteractions">;

const COLUMNS = "24px minmax(0, 1.2fr) minmax(0, 1.4fr) minmax(0, 1fr) 110px 92px";

/** Each call or conversation with its cost and what it brought; a row opens its run. */
export function InteractionsPanel() {
  const words = useWords(creditsWords);
  const pages = usePages("listInteractions", { query: { limit: 20 } });
  const items = pages.items ?? [];
  return (
    <section aria-labelledby="interactions">
      <Group justify="space-between" mb="sm" align="flex-end">
        <div>
          <Title order={2} size="h4" id="interactions">
            {words.interactions}
          </Title>
          <Text size="sm" c="dimmed">
            {words.interactionsText}
          </Text>
        </div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} />}
          aria-label={words.csvOf(words.interactions)}
          disabled={items.length === 0}
          onClick={() =>
            saveCsv(
              "interacciones.csv",
              [words.at, words.contact, words.flow, words.outcome, words.money, "run"],
              items.map(({ at, contact, flow, outcome, money, runId }) => [
                at,
                contact,
                flow,
                outcome,
                money,
                runId,
              ]),
            )
          }
        >
          {words.csv}
        </Button>
      </Group>
      <ListOf
        pages={pages}
        rowHeight={64}
        empty={
          <EmptyState
            icon={<IconHeadset size={32} />}
            title={words.interactionsEmpty}
            text={words.interactionsEmptyText}
          />
        }
      >
        {(rows) => (
          <Rows columns={COLUMNS} label={words.interactions}>
            {rows.map((interaction) => (
              <InteractionRow key={interaction.id} interaction={interaction} />
            ))}
          </Rows>
        )}
      </ListOf>
    </section>
  );
}

function InteractionRow({ interaction }: { readonly interaction: Interaction }) {
  const words = useWords(creditsWords);
  const locale = useLocale();
  const type = useNodeTypes().get(interaction.kind);
  const money = moneyFormat(interaction.currency, locale);
  const { contact, flow, outcome, runId, at, value } = interaction;
  return (
    <Row>
      <span className="row-icon" style={{ color: `var(--family-${type?.family ?? "logic"})` }}>
        <NodeIcon name={type?.icon ?? "dots"} size={20} />
      </span>
      <RowName
        name={contact === null ? words.hidden : readable(contact).national}
        text={type?.title[locale] ?? interaction.kind}
        to={`/runs/${runId}`}
      />
      <span className="row-text">{flow}</span>
      <span className="row-text">{outcome}</span>
      <span className="row-text row-end tabular">
        {interaction.money === null ? words.noPrice : money.format(interaction.money)}
        {value !== null && value > 0 && ` · ${words.value(money.format(value))}`}
      </span>
      <span className="row-text row-end">
        <Moment at={at} />
      </span>
    </Row>
  );
}

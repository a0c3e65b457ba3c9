import { Table } from "@mantine/core";
import { moneyFormat } from "../ui/money.ts";
import { useLocale, useWords } from "../words/words.ts";
import { colourOf } from "./usage-bars.tsx";
import { totalOf, type UsageGroup } from "./usage-sums.ts";
import { creditsWords } from "./words.ts";

export function UsageTable(props: {
  readonly groups: readonly UsageGroup[];
  readonly currency: string;
  readonly heading: string;
  /** A colour beside each, where the groups are channels. */
  readonly coloured: boolean;
  readonly labelOf: (group: UsageGroup) => string;
}) {
  const words = useWords(creditsWords);
  const locale = useLocale();
  const number = new Intl.NumberFormat(locale);
  const money = moneyFormat(props.currency, locale);
  const priceOf = (sum: number | null) => (sum === null ? words.noPrice : money.format(sum));
  const total = totalOf(props.groups.flatMap(({ parts }) => parts));
  const used = props.groups.filter(({ uses }) => uses > 0);
  return (
    <Table className="tabular" verticalSpacing={6} fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{props.heading}</Table.Th>
          <Table.Th ta="end">{words.uses}</Table.Th>
          <Table.Th ta="end">{words.units}</Table.Th>
          <Table.Th ta="end">{words.money}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {used.map((group) => (
          <Table.Tr key={group.key ?? ""}>
            <Table.Td>
              {props.coloured && <Swatch channel={group.key ?? ""} />}
              {props.labelOf(group)}
            </Table.Td>
            <Table.Td ta="end">{number.format(group.uses)}</Table.Td>
            <Table.Td ta="end">{number.format(group.units)}</Table.Td>
            <Table.Td ta="end">{priceOf(group.money)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th>{words.total}</Table.Th>
          <Table.Th ta="end">{number.format(total.uses)}</Table.Th>
          <Table.Th ta="end">{number.format(total.units)}</Table.Th>
          <Table.Th ta="end">{priceOf(total.money)}</Table.Th>
        </Table.Tr>
      </Table.Tfoot>
    </Table>
  );
}

function Swatch({ channel }: { readonly channel: string }) {
  return (
    <span
      aria-hidden="true"
      style={{
        display: "inline-block",
        width: 10,
        height: 10,
        marginInlineEnd: 8,
        borderRadius: 3,
        background: colourOf(channel),
      }}
    />
  );
}

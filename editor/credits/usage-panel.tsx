import { Button, Group, SegmentedControl, Select, SimpleGrid, Skeleton, Title } from "@mantine/core";
import { IconChartBar, IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useRead } from "../api/queries.ts";
import { saveCsv } from "../ui/csv.ts";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { UsageBars } from "./usage-bars.tsx";
import { lastDays, type UsageBy, type UsageGroup, usageGroups, withEmptyDays } from "./usage-sums.ts";
import { UsageTable } from "./usage-table.tsx";
import { creditsWords } from "./words.ts";

const PERIODS = [7, 30, 90];
const PANEL_HEIGHT = 220;

/** What was spent, added up by day, channel or module. */
export function UsagePanel() {
  const words = useWords(creditsWords);
  const [by, setBy] = useState<UsageBy>("day");
  const [days, setDays] = useState(30);
  // The day before the first counts too: a day of the tenant may begin before one of ours.
  const dates = lastDays(days, new Date());
  const summary = useRead("summarizeUsage", { query: { by, from: dates[0] ?? "" } });
  const labelOf = useLabelOf(by);
  const groups = usageGroups(summary.data?.items ?? [], by);
  const headings = { day: words.byDay, meter: words.byMeter, module: words.byModule };
  return (
    <section className="usage-panel" aria-labelledby="usage">
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={2} size="h4" id="usage">
          {words.usage}
        </Title>
        <Group gap="xs">
          <SegmentedControl
            aria-label={words.by}
            size="xs"
            value={by}
            onChange={(value) => setBy(value === "meter" || value === "module" ? value : "day")}
            data={Object.entries(headings).map(([value, label]) => ({ value, label }))}
          />
          <Select
            aria-label={words.period}
            size="xs"
            w={160}
            allowDeselect={false}
            value={String(days)}
            onChange={(value) => setDays(Number(value))}
            data={PERIODS.map((n) => ({ value: String(n), label: words.days(n) }))}
          />
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} />}
            aria-label={words.csvOf(words.usage)}
            disabled={groups.length === 0}
            onClick={() =>
              saveCsv(
                `uso-${dates[0]}.csv`,
                [headings[by], words.channel, words.uses, words.units, words.money],
                groups.flatMap((group) =>
                  group.parts.map(({ channel, uses, units, money }) => [
                    group.key,
                    channel,
                    uses,
                    units,
                    money,
                  ]),
                ),
              )
            }
          >
            {words.csv}
          </Button>
        </Group>
      </Group>
      {summary.error && <ErrorState error={summary.error} onRetry={() => void summary.refetch()} />}
      {summary.isPending && <Skeleton height={PANEL_HEIGHT} radius={8} />}
      {summary.data && groups.length === 0 && (
        <EmptyState icon={<IconChartBar size={32} />} title={words.usageEmpty} text={words.usageEmptyText} />
      )}
      {summary.data && groups.length > 0 && (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" mih={PANEL_HEIGHT} style={{ alignItems: "start" }}>
          <UsageBars groups={by === "day" ? withEmptyDays(groups, dates) : groups} labelOf={labelOf} />
          <UsageTable
            groups={by === "day" ? groups.toReversed() : groups}
            currency={summary.data.currency}
            heading={headings[by]}
            coloured={by === "meter"}
            labelOf={labelOf}
          />
        </SimpleGrid>
      )}
    </section>
  );
}

function useLabelOf(by: UsageBy): (group: UsageGroup) => string {
  const words = useWords(creditsWords);
  const locale = useLocale();
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  return ({ key }) => {
    if (key === null) return words.noModule;
    if (by === "day") return day.format(new Date(key));
    return by === "meter" ? (words.meters[key] ?? key) : key;
  };
}

import { Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useRead } from "../api/queries.ts";
import { creditsWords } from "../credits/words.ts";
import { costOfPaths, type PathCost } from "../model/cost.ts";
import { moneyFormat } from "../ui/money.ts";
import { useLocale, useWords } from "../words/words.ts";
import { Drawer } from "./drawer.tsx";
import { useDocument, useFlow } from "./flow-store.ts";
import { flowWords } from "./words.ts";

const SHOWN = 12;

/** What a run uses up by each way it may take. */
export function CostDrawer() {
  const words = useWords(flowWords);
  const flow = useDocument();
  const catalogue = useFlow((state) => state.catalogue);
  const { prices, currency } = usePrices();
  const { paths, truncated } = useMemo(() => costOfPaths(flow, catalogue, prices), [flow, catalogue, prices]);
  return (
    <Drawer title={words.costs} text={words.costsText}>
      {paths.length === 0 && <Text size="sm">{words.costsNothing}</Text>}
      <Stack gap="sm" component="ul" className="outline-list">
        {paths.slice(0, SHOWN).map((path) => (
          <Path key={path.nodes.join(" ")} path={path} currency={currency} />
        ))}
      </Stack>
      {(truncated || paths.length > SHOWN) && (
        <Text size="xs" c="dimmed" mt="sm">
          {words.costsMore}
        </Text>
      )}
    </Drawer>
  );
}

function Path({ path, currency }: { readonly path: PathCost; readonly currency: string }) {
  const words = useWords(flowWords);
  const locale = useLocale();
  const meterWords = useWords(creditsWords).meters as Readonly<Record<string, string>>;
  const { nodes } = useDocument();
  const focusNode = useFlow((state) => state.focusNode);
  const label = (id: string) => nodes.find((node) => node.id === id)?.data.label ?? id;
  const money = moneyFormat(currency, locale);
  const end = path.nodes.at(-1);
  const meters = Object.entries(path.meters).filter(([, { max }]) => max === null || max > 0);
  return (
    <li>
      <button type="button" className="row-button" onClick={() => end && focusNode(end)}>
        <Text size="sm" fw={600}>
          {words.costsCredits(path.credits.min, path.credits.max)}
          {path.price && ` · ${money.format(path.price.max ?? path.price.min)}`}
        </Text>
        <Text size="xs" c="dimmed">
          {meters
            .map(([meter, { min, max }]) => words.costOf(meterWords[meter] ?? meter, min, max))
            .join(" · ")}
        </Text>
        <Text size="xs" lineClamp={3}>
          {path.nodes.map(label).join(" → ")}
        </Text>
        {path.loops && (
          <Text size="xs" c="dimmed">
            {words.costsLoops}
          </Text>
        )}
      </button>
    </li>
  );
}

/** Of one unit by meter, in the money the tenant counts in: what holds for any country, as nobody knows who will call. */
function usePrices() {
  const { data } = useRead("listPrices", { query: { limit: 200 } }, { staleTime: 300_000 });
  return useMemo(() => {
    const counting = data?.counting;
    const rate = counting?.perUsd ?? 1;
    const prices: Record<string, number> = {};
    for (const { channel, country, currency, unitPrice } of data?.items ?? []) {
      if (country !== "*" || channel in prices) continue;
      prices[channel] = currency === counting?.currency ? unitPrice : unitPrice * rate;
    }
    return { prices, currency: counting?.currency ?? "USD" };
  }, [data]);
}

import { Group, Progress, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { IconAlertTriangle, IconCoins } from "@tabler/icons-react";
import { useRead } from "../api/queries.ts";
import { Moment } from "../ui/moment.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { type Account, isLow, shareLeft } from "./account-level.ts";
import { creditsWords } from "./words.ts";

const ORDER = ["sms", "whatsapp", "voice", "verify", "lookup", "ai"];

/** What is left on each meter, what is held, and when it renews. */
export function AccountCards() {
  const words = useWords(creditsWords);
  const credits = useRead("listCredits");
  if (credits.error && !credits.data)
    return <ErrorState error={credits.error} onRetry={() => void credits.refetch()} />;
  const accounts = credits.data?.items.toSorted((a, b) => ORDER.indexOf(a.meter) - ORDER.indexOf(b.meter));
  if (accounts?.length === 0)
    return <EmptyState icon={<IconCoins size={32} />} title={words.noAccounts} text={words.noAccountsText} />;
  return (
    <SimpleGrid cols={{ base: 2, md: 3, lg: 5 }} spacing="sm">
      {accounts
        ? accounts.map((account) => <AccountCard key={account.meter} account={account} />)
        : ORDER.slice(0, 5).map((meter) => <Skeleton key={meter} height={134} radius={8} />)}
    </SimpleGrid>
  );
}

function AccountCard({ account }: { readonly account: Account }) {
  const words = useWords(creditsWords);
  const number = new Intl.NumberFormat(useLocale());
  const { meter, remaining, monthly, held, resetsAt } = account;
  const share = shareLeft(account);
  const low = isLow(account);
  const name = words.meters[meter] ?? meter;
  return (
    <section className="meter-card" aria-label={name} data-low={low || undefined}>
      <Group gap={6} wrap="nowrap">
        <Text size="sm" fw={550}>
          {name}
        </Text>
        {low && <IconAlertTriangle size={16} color="var(--family-money)" aria-label={words.low(name)} />}
      </Group>
      <Group gap={6} align="baseline">
        <Text className="meter-left tabular">
          {remaining === null ? words.unlimited : number.format(remaining)}
        </Text>
        {monthly !== null && (
          <Text size="sm" c="dimmed">
            {words.ofMonthly(number.format(monthly))}
          </Text>
        )}
      </Group>
      <Progress
        value={(share ?? 1) * 100}
        color={low ? "var(--family-money)" : "teal"}
        size={6}
        aria-hidden="true"
        style={{ opacity: share === null ? 0.25 : 1 }}
      />
      <Text size="xs" c="dimmed">
        {held > 0 ? words.held(number.format(held)) : words.nothingHeld}
        {resetsAt !== null && (
          <>
            {" · "}
            {words.renews} <Moment at={resetsAt} />
          </>
        )}
      </Text>
    </section>
  );
}

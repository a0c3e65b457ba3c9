import "./credits.css";
import { Stack } from "@mantine/core";
import { Page } from "../ui/page.tsx";
import { useWords } from "../words/words.ts";
import { AccountCards } from "./account-cards.tsx";
import { InteractionsPanel } from "./interactions-panel.tsx";
import { UsagePanel } from "./usage-panel.tsx";
import { creditsWords } from "./words.ts";

export function CreditsPage() {
  const words = useWords(creditsWords);
  return (
    <Page title={words.title} text={words.text}>
      <Stack gap="lg">
        <AccountCards />
        <UsagePanel />
        <InteractionsPanel />
      </Stack>
    </Page>
  );
}

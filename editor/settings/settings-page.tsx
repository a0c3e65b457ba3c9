import { Page } from "../ui/page.tsx";
import { useWords } from "../words/words.ts";
import { ApiSection } from "./api-section.tsx";
import { DeviceSection } from "./device-section.tsx";
import { KeysSection } from "./keys/keys-section.tsx";
import { MessagingSection } from "./messaging-section.tsx";
import { RetriesSection } from "./retries-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { settingsWords } from "./words.ts";

export function SettingsPage() {
  const words = useWords(settingsWords);
  return (
    <Page title={words.title} text={words.text}>
      <DeviceSection />
      <MessagingSection />
      <RetriesSection />
      <SessionsSection />
      <ApiSection />
      <KeysSection />
    </Page>
  );
}

import { appWords } from "../app/words.ts";
import { Page } from "../ui/page.tsx";
import { useWords } from "../words/words.ts";

export function SettingsPage() {
  const words = useWords(appWords);
  return <Page title={words.settings}>{null}</Page>;
}

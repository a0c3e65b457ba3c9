import { appWords } from "../app/words.ts";
import { Page } from "../ui/page.tsx";
import { useWords } from "../words/words.ts";

export function RunPage() {
  const words = useWords(appWords);
  return <Page title={words.runs}>{null}</Page>;
}

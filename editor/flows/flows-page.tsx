import { appWords } from "../app/words.ts";
import { Page } from "../ui/page.tsx";
import { useWords } from "../words/words.ts";

export function FlowsPage() {
  const words = useWords(appWords);
  return <Page title={words.flows}>{null}</Page>;
}

import { IconMapQuestion } from "@tabler/icons-react";
import { useTitle } from "../ui/page.tsx";
import { EmptyState } from "../ui/states.tsx";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";

export function NotFoundPage() {
  const words = useWords(everydayWords);
  useTitle(words.notFoundTitle);
  return (
    <EmptyState icon={<IconMapQuestion size={32} />} title={words.notFoundTitle} text={words.notFoundText} />
  );
}

import { Button, Code } from "@mantine/core";
import { IconBug } from "@tabler/icons-react";
import { useRouteError } from "react-router";
import { EmptyState } from "../ui/states.tsx";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";

/** Stands in for a page that failed; the rest of the screen goes on. */
export function CrashPage() {
  const words = useWords(everydayWords);
  const error = useRouteError();
  return (
    <EmptyState
      icon={<IconBug size={32} />}
      title={words.crashTitle}
      text={words.crashText}
      action={
        <>
          <Code>{error instanceof Error ? error.message : String(error)}</Code>
          <Button onClick={() => window.location.reload()}>{words.reload}</Button>
        </>
      }
    />
  );
}

import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useRead } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { ErrorState, LoadingRows } from "../../ui/states.tsx";
import { useWords } from "../../words/words.ts";
import { Section } from "../section.tsx";
import { KeyRow } from "./key-row.tsx";
import { NewKey } from "./new-key.tsx";
import { ShownKey } from "./shown-key.tsx";
import { keyWords } from "./words.ts";

/** Keys of programs, for who may see them. */
export function KeysSection() {
  const session = useSession();
  return "me" in session && session.me.scopes.includes("keys:read") ? <Keys /> : null;
}

function Keys() {
  const words = useWords(keyWords);
  const keys = useRead("listApiKeys", { query: { limit: 200 } });
  const [isNew, setNew] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const items = keys.data?.items ?? [];

  function show(key: string): void {
    setNew(false);
    setShown(key);
  }

  return (
    <Section title={words.title} text={words.text}>
      {keys.error && <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <LoadingRows rows={2} />}
      {keys.data && items.length === 0 && <Text size="sm">{words.none}</Text>}
      {items.map((item) => (
        <KeyRow key={item.id} item={item} onMade={show} />
      ))}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => setNew(true)}>
          {words.create}
        </Button>
      </Group>
      {isNew && <NewKey onMade={show} onClose={() => setNew(false)} />}
      {shown !== null && <ShownKey value={shown} onClose={() => setShown(null)} />}
    </Section>
  );
}

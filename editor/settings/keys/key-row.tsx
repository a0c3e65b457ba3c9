import { Badge, Button, Code, Group, Text } from "@mantine/core";
import { useState } from "react";
import type { Answer } from "../../api/client.ts";
import { useChange } from "../../api/queries.ts";
import { Confirm } from "../../ui/confirm.tsx";
import { Moment } from "../../ui/moment.tsx";
import { useWords } from "../../words/words.ts";
import { keyWords, scopeText } from "./words.ts";

type Key = Answer<"listApiKeys">["items"][number];

/** A key with what it may do and when it was used; one that is good can be changed and revoked. */
export function KeyRow(props: { readonly item: Key; readonly onMade: (key: string) => void }) {
  const words = useWords(keyWords);
  const { item } = props;
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Text size="md" fw={550}>
            {item.name}
          </Text>
          {item.hint !== null && <Code>{item.hint}…</Code>}
          {item.status !== "active" && (
            <Badge variant="light" color="gray" tt="none">
              {words.status[item.status]}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {item.scopes.map((scope) => scopeText(words, scope)).join(" · ")}
        </Text>
        <Moments item={item} />
      </div>
      {item.status === "active" && <Acts {...props} />}
    </Group>
  );
}

function Moments({ item }: { readonly item: Key }) {
  const words = useWords(keyWords);
  const { lastUsedAt, expiresAt, previousUntil, status } = item;
  const hasBefore = status === "active" && previousUntil !== null && new Date(previousUntil) > new Date();
  return (
    <Text size="sm" c="dimmed" className="tabular">
      {lastUsedAt === null ? (
        words.neverUsed
      ) : (
        <>
          {words.used} <Moment at={lastUsedAt} />
        </>
      )}
      {status === "active" && expiresAt !== null && (
        <>
          {" · "}
          {words.ends} <Moment at={expiresAt} />
        </>
      )}
      {hasBefore && (
        <>
          {" · "}
          {words.before} <Moment at={previousUntil} />
        </>
      )}
    </Text>
  );
}

function Acts({ item, onMade }: { readonly item: Key; readonly onMade: (key: string) => void }) {
  const words = useWords(keyWords);
  const [asking, setAsking] = useState<"rotate" | "revoke" | null>(null);
  const rotate = useChange("rotateApiKey", ["listApiKeys"]);
  const revoke = useChange("revokeApiKey", ["listApiKeys"]);
  const path = { id: item.id };
  const ask = {
    rotate: {
      title: words.rotateTitle,
      text: words.rotateText,
      action: words.rotate,
      onConfirm: () => rotate.mutate({ path, body: {} }, { onSuccess: ({ data }) => onMade(data.key) }),
    },
    revoke: {
      title: words.revokeTitle,
      text: words.revokeText,
      action: words.revoke,
      onConfirm: () => revoke.mutate({ path }),
    },
  };
  return (
    <Group gap="xs" wrap="nowrap">
      <Button variant="default" size="xs" onClick={() => setAsking("rotate")}>
        {words.rotate}
      </Button>
      <Button variant="default" size="xs" onClick={() => setAsking("revoke")}>
        {words.revoke}
      </Button>
      {asking !== null && <Confirm {...ask[asking]} onClose={() => setAsking(null)} />}
    </Group>
  );
}

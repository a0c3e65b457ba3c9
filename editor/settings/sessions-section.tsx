import { Badge, Button, Group, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { Answer } from "../api/client.ts";
import { keyOf, useChange, useRead } from "../api/queries.ts";
import { Moment } from "../ui/moment.tsx";
import { ErrorState, LoadingRows } from "../ui/states.tsx";
import { useWords } from "../words/words.ts";
import { deviceIn } from "./device-in.ts";
import { Section } from "./section.tsx";
import { settingsWords } from "./words.ts";

type Sessions = Answer<"listSessions">;

/** Where this person is signed in; each can be ended, but for the one that asks. */
export function SessionsSection() {
  const words = useWords(settingsWords);
  const sessions = useRead("listSessions");
  const endOthers = useChange("endOtherSessions", ["listSessions"]);
  const items = sessions.data?.items ?? [];
  return (
    <Section title={words.sessions} text={words.sessionsText}>
      {sessions.error && <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.isPending && <LoadingRows rows={2} />}
      {items.map((session) => (
        <Session key={session.id} session={session} />
      ))}
      {items.length > 1 && (
        <Group justify="flex-end">
          <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate({})}>
            {words.endOthers}
          </Button>
        </Group>
      )}
    </Section>
  );
}

function Session({ session }: { readonly session: Sessions["items"][number] }) {
  const words = useWords(settingsWords);
  const client = useQueryClient();
  const end = useChange("endSession", ["listSessions"]);
  const { id, current, userAgent, ip, seenAt } = session;

  /** It goes from the list at once, and comes back where the server refuses. */
  function endIt(): void {
    const key = keyOf("listSessions");
    const before = client.getQueryData<Sessions>(key);
    client.setQueryData<Sessions>(key, (known) =>
      known ? { ...known, items: known.items.filter((each) => each.id !== id) } : known,
    );
    // A promise, for callbacks of `mutate` are lost once the component that called it is gone, as a removed row is.
    end.mutateAsync({ path: { id } }).catch(() => client.setQueryData(key, before));
  }

  return (
    <Group justify="space-between" wrap="nowrap">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Text size="md" fw={550} title={userAgent ?? ""}>
            {deviceIn(userAgent) ?? words.unknownDevice}
          </Text>
          {current && (
            <Badge variant="light" tt="none">
              {words.thisOne}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" className="tabular">
          {ip !== null && `${ip} · `}
          {words.seen} <Moment at={seenAt} />
        </Text>
      </div>
      {!current && (
        <Button variant="default" size="xs" onClick={endIt}>
          {words.endSession}
        </Button>
      )}
    </Group>
  );
}

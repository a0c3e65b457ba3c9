import { Alert, Button, Center, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ApiFailure, failureOf } from "../api/client.ts";
import { everydayWords } from "../words/everyday.ts";
import { useFailureText } from "../words/failures.ts";
import { useWords } from "../words/words.ts";

/** Nothing is here yet: what it is for, and how to begin. */
export function EmptyState(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}) {
  return (
    <Center py={64} px="md">
      <Stack align="center" gap="sm" maw={420} ta="center">
        <span className="state-icon" aria-hidden="true">
          {props.icon}
        </span>
        <Title order={2} size="h4">
          {props.title}
        </Title>
        <Text c="dimmed">{props.text}</Text>
        {props.action}
      </Stack>
    </Center>
  );
}

/** Something could not be read: what happened, and a way to try again. */
export function ErrorState(props: { readonly error: Error; readonly onRetry?: () => void }) {
  const words = useWords(everydayWords);
  const inWords = useFailureText();
  const offline = props.error instanceof ApiFailure && props.error.code === "OFFLINE";
  return (
    <Alert
      role="alert"
      m="md"
      color={offline ? "gray" : "red"}
      variant="light"
      icon={offline ? <IconCloudOff size={18} /> : <IconAlertTriangle size={18} />}
      title={offline ? words.offlineTitle : words.failedTitle}
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{offline ? words.offlineText : inWords(failureOf(props.error))}</Text>
        {props.onRetry && (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={props.onRetry}>
            {words.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Holds the place of rows that are on their way, so that nothing jumps when they come. */
export function LoadingRows(props: { readonly rows?: number; readonly height?: number }) {
  const words = useWords(everydayWords);
  return (
    <Stack gap="xs" p="md" role="status" aria-label={words.loading}>
      {Array.from({ length: props.rows ?? 5 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={index} height={props.height ?? 44} radius={8} />
      ))}
    </Stack>
  );
}

import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconRefresh, IconSend } from "@tabler/icons-react";
import { useChange } from "../api/queries.ts";
import { Moment } from "../ui/moment.tsx";
import { tellDone } from "../ui/tell.ts";
import { useWords } from "../words/words.ts";
import { type Template, TemplateStatus } from "./template-status.tsx";
import { templatesWords } from "./words.ts";

/** What each vendor says of a version, and giving it to them. */
export function Submissions(props: { readonly template: Template; readonly unsaved: boolean }) {
  const words = useWords(templatesWords);
  const { template, unsaved } = props;
  const submit = useChange("submitTemplate", ["listTemplates"]);
  const sync = useChange("syncTemplate", ["listTemplates"]);
  const path = { id: template.id };
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {words.reviewers}
      </Title>
      {template.submissions.length === 0 && <TemplateStatus status="draft" />}
      {template.submissions.map((submission) => (
        <Submission key={submission.provider} submission={submission} />
      ))}
      {unsaved && (
        <Text size="sm" c="dimmed">
          {words.unsaved}
        </Text>
      )}
      <Group gap="xs">
        <Button
          variant="light"
          leftSection={<IconSend size={16} />}
          disabled={unsaved}
          loading={submit.isPending}
          onClick={() => submit.mutate({ path, body: {} }, { onSuccess: () => tellDone(words.submitted) })}
        >
          {words.submit}
        </Button>
        {template.submissions.length > 0 && (
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            loading={sync.isPending}
            onClick={() => sync.mutate({ path })}
          >
            {words.refresh}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Submission({ submission }: { readonly submission: Template["submissions"][number] }) {
  const words = useWords(templatesWords);
  const { provider, status, quality, reason, outdated, categoryChanged, category } = submission;
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" fw={550} tt="capitalize">
          {provider}
        </Text>
        <TemplateStatus status={status} />
        {quality !== null && <Text size="sm">{words.quality(quality)}</Text>}
        <Text size="sm" c="dimmed">
          <Moment at={submission.reportedAt ?? submission.submittedAt} />
        </Text>
      </Group>
      {reason !== null && (
        <Text size="sm" c="red">
          {reason}
        </Text>
      )}
      {outdated && <Text size="sm">{words.outdated}</Text>}
      {categoryChanged && <Text size="sm">{words.categoryChanged(words.categories[category])}</Text>}
    </div>
  );
}

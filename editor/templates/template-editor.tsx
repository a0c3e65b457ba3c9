import { Alert, Button, Group, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { type Answer, type Input, ofRevision } from "../api/client.ts";
import { useChange } from "../api/queries.ts";
import { ChatFrame } from "../message/chat-frame.tsx";
import { MessageBubble } from "../message/message-bubble.tsx";
import { messageOfTemplate } from "../message/message-of-template.ts";
import { Confirm } from "../ui/confirm.tsx";
import { tellDone } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { filled, gapsIn } from "./fill-gaps.ts";
import { Submissions } from "./submissions.tsx";
import type { Template } from "./template-status.tsx";
import { templatesWords } from "./words.ts";

type Change = NonNullable<Input<"changeTemplate">["body"]>;
type Problem = Answer<"changeTemplate">["problems"][number];

/** The words of one version: what is typed is seen at once as the phone will show it. */
export function TemplateEditor({ template }: { readonly template: Template }) {
  const words = useWords(templatesWords);
  const common = useWords(everydayWords);
  const [draft, setDraft] = useState<Change>(() => changeOf(template));
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const save = useChange("changeTemplate", ["listTemplates", "listOptions"]);
  const changed = JSON.stringify(draft) !== JSON.stringify(changeOf(template));
  const variables = draft.variables ?? [];

  function write(content: Change["content"]): void {
    setDraft({ ...draft, content, variables: [...gapsIn(textOf(content), variables)] });
  }

  return (
    <Stack>
      <ChatFrame title={words.preview} foot={draft.category === "authentication" ? words.codeText : null}>
        <MessageBubble
          message={messageOfTemplate(draft.content, (text) => filled(text, variables))}
          channel="whatsapp"
        />
      </ChatFrame>
      <Textarea
        label={words.body}
        description={words.bodyHelp}
        value={draft.content.body}
        onChange={(event) => write({ ...draft.content, body: event.currentTarget.value })}
        autosize
        minRows={3}
        maxRows={10}
        maxLength={1024}
      />
      <TextInput
        label={words.footer}
        value={draft.content.footer ?? ""}
        maxLength={60}
        onChange={(event) => {
          const { footer: _before, ...rest } = draft.content;
          const footer = event.currentTarget.value;
          write(footer === "" ? rest : { ...rest, footer });
        }}
      />
      <Title order={3} size="h5">
        {words.variables}
      </Title>
      {variables.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.noVariables}
        </Text>
      )}
      {variables.map(({ name, example }) => (
        <TextInput
          key={name}
          label={name}
          value={example}
          error={example === "" ? words.exampleMissing : null}
          onChange={(event) => {
            const text = event.currentTarget.value;
            const next = variables.map((each) => (each.name === name ? { ...each, example: text } : each));
            setDraft({ ...draft, variables: next });
          }}
        />
      ))}
      {problems.length > 0 && <Problems problems={problems} />}
      <Group justify="space-between" gap="xs">
        <DeleteVersion template={template} />
        <Button
          disabled={!changed || variables.some(({ example }) => example === "")}
          loading={save.isPending}
          onClick={() =>
            save.mutate(
              {
                path: { id: template.id },
                headers: ofRevision(template),
                body: draft,
              },
              {
                onSuccess: ({ data }) => {
                  setProblems(data.problems);
                  tellDone(common.saved);
                },
              },
            )
          }
        >
          {common.save}
        </Button>
      </Group>
      <Submissions template={template} unsaved={changed} />
    </Stack>
  );
}

function changeOf({ module, category, content, variables }: Template): Change {
  return { module, category, content, variables };
}

function textOf({ body, header, buttons = [] }: Change["content"]): string {
  const links = buttons.flatMap((button) => (button.type === "url" ? [button.url] : []));
  return [body, header?.type === "text" ? header.text : "", ...links].join(" ");
}

function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  const words = useWords(templatesWords);
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={words.problems} role="alert">
      {problems.map(({ path, message }) => (
        <Text key={`${path} ${message}`} size="sm">
          {message}
        </Text>
      ))}
    </Alert>
  );
}

function DeleteVersion({ template }: { readonly template: Template }) {
  const words = useWords(templatesWords);
  const remove = useChange("deleteTemplate", ["listTemplates", "listOptions"]);
  const [asking, ask] = useState(false);
  return (
    <>
      <Button variant="subtle" color="red" loading={remove.isPending} onClick={() => ask(true)}>
        {words.delete}
      </Button>
      {asking && (
        <Confirm
          title={words.deleteTitle}
          text={words.deleteText(`${template.key} · ${template.locale}`)}
          action={words.delete}
          onConfirm={() => remove.mutate({ path: { id: template.id } })}
          onClose={() => ask(false)}
        />
      )}
    </>
  );
}

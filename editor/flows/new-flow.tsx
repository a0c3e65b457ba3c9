import { Button, Code, Group, Modal, Radio, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { useNodeTypes } from "../api/node-types.ts";
import { useChange } from "../api/queries.ts";
import { flowKey } from "../model/flow-key.ts";
import { everydayWords } from "../words/everyday.ts";
import { useFailureText } from "../words/failures.ts";
import { useLocale, useWords } from "../words/words.ts";
import { newDraft, STARTS } from "./new-draft.ts";
import { flowsWords } from "./words.ts";

type Start = keyof typeof STARTS | "other";

const CHOICES: readonly Start[] = ["call", "message", "erp", "other"];

/** Asks for a name and for what starts it, and opens the new draft. */
export function NewFlow({ onClose }: { readonly onClose: () => void }) {
  const words = useWords(flowsWords);
  const common = useWords(everydayWords);
  const inWords = useFailureText();
  const navigate = useNavigate();
  const create = useChange("createFlow", ["listFlows"], { quiet: true });
  const types = useNodeTypes();
  const [name, setName] = useState("");
  const [start, setStart] = useState<Start>("call");
  const [other, setOther] = useState<string>("core.schedule");
  const trigger = types.get(start === "other" ? other : STARTS[start]);
  const key = flowKey(name);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!trigger || name.trim() === "") return;
    create.mutate(
      { body: newDraft({ key, name: name.trim() }, trigger) },
      { onSuccess: () => navigate(`/flows/${key}`) },
    );
  }

  const refused =
    create.error?.code === "REVISION_CONFLICT" ? words.keyTaken : create.error && inWords(create.error);
  return (
    <Modal opened onClose={onClose} title={words.newTitle} size="lg" centered>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={words.name}
            placeholder={words.namePlaceholder}
            value={name}
            onChange={(event) => {
              create.reset();
              setName(event.currentTarget.value);
            }}
            maxLength={120}
            required
            data-autofocus
            error={refused}
          />
          <Text size="sm" c="dimmed" mih={22}>
            {name.trim() !== "" && (
              <>
                {words.keyIs} <Code>{key}</Code> · {words.keyHelp}
              </>
            )}
          </Text>
          <Radio.Group label={words.startsWhen} value={start} onChange={(value) => setStart(value as Start)}>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={6}>
              {CHOICES.map((choice) => (
                <StartCard key={choice} choice={choice} />
              ))}
            </SimpleGrid>
          </Radio.Group>
          {start === "other" && <OtherStart value={other} onChange={setOther} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={create.isPending} disabled={name.trim() === "" || !trigger}>
              {words.createFlow}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function StartCard({ choice }: { readonly choice: Start }) {
  const { title, text } = useWords(flowsWords).starts[choice];
  return (
    <Radio.Card value={choice} p="sm" className="start-card">
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Radio.Indicator />
        <div>
          <Text size="md" fw={550}>
            {title}
          </Text>
          <Text size="sm" c="dimmed">
            {text}
          </Text>
        </div>
      </Group>
    </Radio.Card>
  );
}

/** Every trigger there is, for whoever looks for another one. */
function OtherStart(props: { readonly value: string; readonly onChange: (type: string) => void }) {
  const words = useWords(flowsWords);
  const locale = useLocale();
  const known: readonly string[] = Object.values(STARTS);
  const triggers = useNodeTypes().all.filter(
    ({ kind, type, replacedBy }) => kind === "trigger" && replacedBy === undefined && !known.includes(type),
  );
  return (
    <Select
      label={words.otherStart}
      data={triggers.map(({ type, title }) => ({ value: type, label: title[locale] }))}
      value={props.value}
      onChange={(type) => type !== null && props.onChange(type)}
      allowDeselect={false}
    />
  );
}

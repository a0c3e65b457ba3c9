import { Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import type { ApiFailure } from "../api/client.ts";
import { createUnderFreeKey } from "../flows/create-flow.ts";
import { type Bundle, bindBundle } from "../model/bundle.ts";
import { flowKey } from "../model/flow-key.ts";
import { tellDone } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { PHONE, RequirementField } from "./requirement-field.tsx";
import { bundleWords } from "./words.ts";

/** The last step to a flow from elsewhere: its name here, and what of the tenant's own it works with. */
export function BindFlow(props: { readonly bundle: Bundle; readonly onClose: () => void }) {
  const words = useWords(bundleWords);
  const common = useWords(everydayWords);
  const { bundle, onClose } = props;
  const [name, setName] = useState(bundle.flow.name);
  const [choices, setChoices] = useState<Readonly<Record<string, string>>>(() => suggestions(bundle));
  const create = useCreate();
  const wrong = bundle.requirements.some(
    ({ id, kind }) => kind === "phone" && (choices[id] ?? "") !== "" && !PHONE.test(choices[id] ?? ""),
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!wrong && !create.isPending && name.trim() !== "")
      create.mutate({ bundle, choices, name: name.trim() });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={120}
          required
          data-autofocus
          description={words.steps(bundle.flow.nodes.length)}
        />
        {bundle.requirements.length === 0 ? (
          <Group gap="xs" wrap="nowrap">
            <IconCircleCheck size={18} color="var(--mantine-primary-color-filled)" aria-hidden="true" />
            <Text size="sm">{words.noNeeds}</Text>
          </Group>
        ) : (
          <div>
            <Title order={3} size="h5">
              {words.needs}
            </Title>
            <Text size="sm" c="dimmed">
              {words.needsText}
            </Text>
          </div>
        )}
        {bundle.requirements.map((requirement) => (
          <RequirementField
            key={requirement.id}
            requirement={requirement}
            value={choices[requirement.id] ?? ""}
            onChange={(value) => setChoices((before) => ({ ...before, [requirement.id]: value }))}
          />
        ))}
        <Text size="sm" c="dimmed">
          {words.createText}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={wrong || name.trim() === ""}>
            {words.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function suggestions({ requirements }: Bundle): Readonly<Record<string, string>> {
  return Object.fromEntries(
    requirements.flatMap(({ id, suggested }) => (suggested === undefined ? [] : [[id, suggested]])),
  );
}

interface Wish {
  readonly bundle: Bundle;
  readonly choices: Readonly<Record<string, string>>;
  readonly name: string;
}

/** Makes the draft and opens it. */
function useCreate() {
  const words = useWords(bundleWords);
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation<{ readonly key: string; readonly name: string }, ApiFailure, Wish>({
    mutationFn: ({ bundle, choices, name }) =>
      createUnderFreeKey((taken) => ({
        ...bindBundle(bundle, choices),
        key: flowKey(name, taken),
        name,
      })),
    async onSuccess({ key, name }) {
      tellDone(words.created(name));
      await client.invalidateQueries({ queryKey: ["listFlows"] });
      navigate(`/flows/${key}`);
    },
  });
}

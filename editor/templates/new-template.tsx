import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Input } from "../api/client.ts";
import { useChange, useRead } from "../api/queries.ts";
import { everydayWords } from "../words/everyday.ts";
import { useFailureText } from "../words/failures.ts";
import { useWords } from "../words/words.ts";
import { gapsIn } from "./fill-gaps.ts";
import type { Template } from "./template-status.tsx";
import { templatesWords } from "./words.ts";

type Draft = NonNullable<Input<"createTemplate">["body"]>;

const LOCALES = ["es", "es-CO", "es-ES", "es-MX", "en", "en-US", "pt-BR", "fr", "de", "it"];
const TENANT = "tenant";

/** A new template, or, `like` another, one more version of it: in another language, or for a group or a store. */
export function NewTemplate(props: {
  readonly like?: Template;
  readonly onClose: () => void;
  readonly onCreated: (key: string, id: string) => void;
}) {
  const words = useWords(templatesWords);
  const common = useWords(everydayWords);
  const inWords = useFailureText();
  const { like } = props;
  const create = useChange("createTemplate", ["listTemplates", "listOptions"], { quiet: true });
  const [key, setKey] = useState(like?.key ?? "");
  const [locale, setLocale] = useState(like?.locale ?? "es");
  const [category, setCategory] = useState<Draft["category"]>(like?.category ?? "utility");
  const [owner, setOwner] = useState(TENANT);
  const [body, setBody] = useState(like?.content.body ?? "");

  function submit(event: FormEvent): void {
    event.preventDefault();
    const draft: Draft = {
      key,
      locale,
      category,
      content: { ...like?.content, body },
      // Vendors want an example of every gap; its name will do until somebody writes a better one.
      variables: gapsIn(body, like?.variables ?? []).map((gap) => ({
        ...gap,
        example: gap.example || gap.name,
      })),
      ...(like ? { module: like.module } : {}),
      ...(owner.startsWith("grp_") ? { groupId: owner } : {}),
      ...(owner.startsWith("sto_") ? { storeId: owner } : {}),
    };
    create.mutate({ body: draft }, { onSuccess: ({ data }) => props.onCreated(data.key, data.id) });
  }

  return (
    <Modal
      opened
      onClose={props.onClose}
      title={like ? words.addTitle(like.key) : words.newTitle}
      size="lg"
      centered
    >
      <form onSubmit={submit}>
        <Stack>
          {!like && (
            <TextInput
              label={words.key}
              description={words.keyHelp}
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              pattern="[a-z][a-z0-9_\-]{0,63}"
              required
              data-autofocus
            />
          )}
          <Group grow align="flex-start">
            <Select
              label={words.language}
              data={LOCALES}
              value={locale}
              onChange={(value) => value && setLocale(value)}
              allowDeselect={false}
              searchable
            />
            <Select
              label={words.category}
              data={Object.entries(words.categories).map(([value, label]) => ({ value, label }))}
              value={category}
              onChange={(value) => value && setCategory(value as Draft["category"])}
              allowDeselect={false}
              disabled={like !== undefined}
            />
          </Group>
          <OwnerSelect value={owner} onChange={setOwner} />
          <Textarea
            label={words.body}
            description={words.bodyHelp}
            value={body}
            onChange={(event) => setBody(event.currentTarget.value)}
            autosize
            minRows={3}
            maxLength={1024}
            required
            error={create.error && inWords(create.error)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {common.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function OwnerSelect(props: { readonly value: string; readonly onChange: (owner: string) => void }) {
  const words = useWords(templatesWords);
  const groups = useRead("listStoreGroups", { query: { limit: 200 } }, { staleTime: 60_000 });
  const stores = useRead("listStores", { query: { limit: 200 } }, { staleTime: 60_000 });
  const choices = [
    { value: TENANT, label: words.owner.tenant },
    ...(groups.data?.items ?? []).map(({ id, name }) => ({ value: id, label: words.owner.group(name) })),
    ...(stores.data?.items ?? []).map(({ id, name }) => ({ value: id, label: words.owner.store(name) })),
  ];
  return (
    <Select
      label={words.forWhom}
      description={words.inherits}
      data={choices}
      value={props.value}
      onChange={(value) => value && props.onChange(value)}
      allowDeselect={false}
      searchable
    />
  );
}

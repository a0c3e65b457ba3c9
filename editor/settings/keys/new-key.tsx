import { Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Input } from "../../api/client.ts";
import { useChange } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { everydayWords } from "../../words/everyday.ts";
import { useWords } from "../../words/words.ts";
import { keyWords, scopeText } from "./words.ts";

const DAY_MS = 24 * 60 * 60_000;
const SPANS = ["30", "90", "365", "never"] as const;
type Span = (typeof SPANS)[number];
type Scopes = NonNullable<Input<"createApiKey">["body"]>["scopes"];

/** Names a key, says what it may do and until when. Only what one may do oneself is offered. */
export function NewKey(props: { readonly onMade: (key: string) => void; readonly onClose: () => void }) {
  const words = useWords(keyWords);
  const common = useWords(everydayWords);
  const session = useSession();
  const held = "me" in session ? session.me.scopes : [];
  const create = useChange("createApiKey", ["listApiKeys"]);
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>([]);
  const [span, setSpan] = useState<Span>("365");

  function submit(event: FormEvent): void {
    event.preventDefault();
    const body = { name: name.trim(), scopes: scopes as Scopes, ...endOf(span) };
    create.mutate({ body }, { onSuccess: ({ data }) => props.onMade(data.key) });
  }

  return (
    <Modal opened onClose={props.onClose} title={words.create} centered>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={words.name}
            required
            maxLength={100}
            value={name}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <MultiSelect
            label={words.scopes}
            required
            searchable
            data={held.map((scope) => ({ value: scope, label: scopeText(words, scope) }))}
            value={scopes}
            onChange={setScopes}
            nothingFoundMessage={common.nothingFound}
          />
          <Select
            label={words.until}
            data={SPANS.map((value) => ({ value, label: words.spans[value] }))}
            value={span}
            allowDeselect={false}
            onChange={(value) => value !== null && setSpan(value as Span)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              {common.cancel}
            </Button>
            <Button
              type="submit"
              loading={create.isPending}
              disabled={name.trim() === "" || scopes.length === 0}
            >
              {common.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function endOf(span: Span): { readonly expiresAt?: string } {
  return span === "never" ? {} : { expiresAt: new Date(Date.now() + Number(span) * DAY_MS).toISOString() };
}

import { Button, Drawer, Group, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ofRevision } from "../api/client.ts";
import { useChange, useRead } from "../api/queries.ts";
import { Confirm } from "../ui/confirm.tsx";
import { tellDone } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { draftOf, newStore, type Store, type StoreBody } from "./store-draft.ts";
import { useTenantPlace } from "./tenant-place.ts";
import { WeekHours } from "./week-hours.tsx";
import { storesWords } from "./words.ts";
import { ZoneSelect } from "./zone-select.tsx";

/** A store to look at and change; without one, a new one. */
export function StoreDrawer(props: { readonly store?: Store; readonly onClose: () => void }) {
  const words = useWords(storesWords);
  const { store, onClose } = props;
  return (
    <Drawer opened onClose={onClose} position="right" size={560} title={store?.name ?? words.newStore}>
      <StoreForm {...props} />
    </Drawer>
  );
}

function StoreForm({ store, onClose }: { readonly store?: Store; readonly onClose: () => void }) {
  const words = useWords(storesWords);
  const common = useWords(everydayWords);
  const place = useTenantPlace();
  const [draft, setDraft] = useState<StoreBody>(() => (store ? draftOf(store) : newStore(place)));
  const create = useChange("createStore", ["listStores", "listOptions"]);
  const save = useChange("saveStore", ["listStores", "listOptions"]);
  const groups = useRead("listStoreGroups", { query: { limit: 200 } });

  function submit(event: FormEvent): void {
    event.preventDefault();
    const onSuccess = () => {
      tellDone(common.saved);
      onClose();
    };
    if (!store) {
      create.mutate({ body: draft }, { onSuccess });
      return;
    }
    save.mutate({ path: { id: store.id }, headers: ofRevision(store), body: draft }, { onSuccess });
  }

  const text = (field: TextField) => ({
    label: words[field],
    value: draft[field] ?? "",
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setDraft({ ...draft, [field]: event.currentTarget.value.trimStart() || null }),
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={words.name}
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
          maxLength={200}
          required
        />
        <Select
          label={words.group}
          placeholder={words.noGroup}
          data={(groups.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.groupId ?? null}
          onChange={(groupId) => setDraft({ ...draft, groupId })}
          clearable
        />
        <TextInput {...text("address")} maxLength={300} />
        <SimpleGrid cols={2} spacing="sm">
          <TextInput {...text("city")} maxLength={100} />
          <TextInput {...text("region")} maxLength={100} />
          <TextInput
            label={words.country}
            value={draft.country}
            onChange={(event) => setDraft({ ...draft, country: event.currentTarget.value.toUpperCase() })}
            pattern="[A-Z]{2}"
            maxLength={2}
            required
          />
          <ZoneSelect value={draft.timezone} onChange={(timezone) => setDraft({ ...draft, timezone })} />
          <DegreesInput label={words.lat} value={draft.lat} onChange={(lat) => setDraft({ ...draft, lat })} />
          <DegreesInput label={words.lon} value={draft.lon} onChange={(lon) => setDraft({ ...draft, lon })} />
          <TextInput
            {...text("landline")}
            description={words.landlineHelp}
            inputWrapperOrder={["label", "input", "description"]}
            type="tel"
            pattern={"\\+[1-9][0-9]{6,14}"}
          />
          <TextInput {...text("mobile")} type="tel" pattern={"\\+[1-9][0-9]{6,14}"} />
        </SimpleGrid>
        <TextInput {...text("website")} type="url" maxLength={500} />
        <WeekHours
          hours={draft.hours ?? { weekly: {} }}
          onChange={(hours) => setDraft({ ...draft, hours })}
        />
        <Group justify="space-between">
          {store ? <DeleteStore store={store} onDeleted={onClose} /> : <span />}
          <Button type="submit" loading={create.isPending || save.isPending}>
            {common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type TextField = "address" | "city" | "region" | "landline" | "mobile" | "website";

function DegreesInput(props: {
  readonly label: string;
  readonly value: number | null | undefined;
  readonly onChange: (value: number | null) => void;
}) {
  return (
    <TextInput
      label={props.label}
      type="number"
      step="any"
      defaultValue={props.value ?? ""}
      onChange={(event) => {
        const text = event.currentTarget.value;
        props.onChange(text === "" ? null : Number(text));
      }}
    />
  );
}

function DeleteStore(props: { readonly store: Store; readonly onDeleted: () => void }) {
  const words = useWords(storesWords);
  const { store, onDeleted } = props;
  const remove = useChange("deleteStore", ["listStores", "listOptions"]);
  const input = { path: { id: store.id }, headers: ofRevision(store) };
  const [asking, ask] = useState(false);
  return (
    <>
      <Button variant="subtle" color="red" loading={remove.isPending} onClick={() => ask(true)}>
        {words.deleteStore}
      </Button>
      {asking && (
        <Confirm
          title={words.deleteStoreTitle}
          text={words.deleteStoreText(store.name)}
          action={words.deleteStore}
          onConfirm={() => remove.mutate(input, { onSuccess: onDeleted })}
          onClose={() => ask(false)}
        />
      )}
    </>
  );
}

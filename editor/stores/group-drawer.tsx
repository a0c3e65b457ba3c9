import { Button, Drawer, Group as Line, Stack, Switch, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type Input, ofRevision } from "../api/client.ts";
import type { ItemOf } from "../api/pages.ts";
import { useChange } from "../api/queries.ts";
import { Confirm } from "../ui/confirm.tsx";
import { tellDone } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { useTenantPlace } from "./tenant-place.ts";
import { hoursOf } from "./week.ts";
import { WeekHours } from "./week-hours.tsx";
import { storesWords } from "./words.ts";
import { ZoneSelect } from "./zone-select.tsx";

export type Group = ItemOf<"listStoreGroups">;
type GroupBody = NonNullable<Input<"saveStoreGroup">["body"]>;

/** A group of stores to look at and change; without one, a new one. */
export function GroupDrawer(props: { readonly group?: Group; readonly onClose: () => void }) {
  const words = useWords(storesWords);
  return (
    <Drawer
      opened
      onClose={props.onClose}
      position="right"
      size={560}
      title={props.group?.name ?? words.newGroup}
    >
      <GroupForm {...props} />
    </Drawer>
  );
}

function GroupForm({ group, onClose }: { readonly group?: Group; readonly onClose: () => void }) {
  const words = useWords(storesWords);
  const common = useWords(everydayWords);
  const { timezone } = useTenantPlace();
  const [draft, setDraft] = useState<GroupBody>(() => (group ? draftOf(group) : { name: "", timezone }));
  const create = useChange("createStoreGroup", ["listStoreGroups", "listOptions"]);
  const save = useChange("saveStoreGroup", ["listStoreGroups", "listOptions"]);
  const hours = draft.hours ?? null;

  function submit(event: FormEvent): void {
    event.preventDefault();
    const onSuccess = () => {
      tellDone(common.saved);
      onClose();
    };
    if (!group) {
      create.mutate({ body: draft }, { onSuccess });
      return;
    }
    save.mutate({ path: { id: group.id }, headers: ofRevision(group), body: draft }, { onSuccess });
  }

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
        <ZoneSelect value={draft.timezone} onChange={(zone) => setDraft({ ...draft, timezone: zone })} />
        <Switch
          label={`${words.hours}: ${words.sameHours.toLowerCase()}`}
          checked={hours === null}
          onChange={(event) =>
            setDraft({ ...draft, hours: event.currentTarget.checked ? null : { weekly: {} } })
          }
        />
        {hours !== null && (
          <WeekHours hours={hours} onChange={(changed) => setDraft({ ...draft, hours: changed })} />
        )}
        <Line justify="space-between">
          {group ? <DeleteGroup group={group} onDeleted={onClose} /> : <span />}
          <Button type="submit" loading={create.isPending || save.isPending}>
            {common.save}
          </Button>
        </Line>
      </Stack>
    </form>
  );
}

function draftOf({ name, timezone, hours }: Group): GroupBody {
  return { name, timezone, hours: hours === null ? null : hoursOf(hours) };
}

function DeleteGroup(props: { readonly group: Group; readonly onDeleted: () => void }) {
  const words = useWords(storesWords);
  const { group, onDeleted } = props;
  const remove = useChange("deleteStoreGroup", ["listStoreGroups", "listOptions"]);
  const input = { path: { id: group.id }, headers: ofRevision(group) };
  const [asking, ask] = useState(false);
  return (
    <>
      <Button variant="subtle" color="red" loading={remove.isPending} onClick={() => ask(true)}>
        {words.deleteGroup}
      </Button>
      {asking && (
        <Confirm
          title={words.deleteGroupTitle}
          text={words.deleteGroupText(group.name)}
          action={words.deleteGroup}
          onConfirm={() => remove.mutate(input, { onSuccess: onDeleted })}
          onClose={() => ask(false)}
        />
      )}
    </>
  );
}

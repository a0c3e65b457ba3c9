import { Button, Group, Select, SimpleGrid, Skeleton, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Answer } from "../api/client.ts";
import { useChange, useRead } from "../api/queries.ts";
import { ErrorState } from "../ui/states.tsx";
import { tellDone } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { CountrySelect } from "./country-select.tsx";
import { Section } from "./section.tsx";
import { settingsWords } from "./words.ts";

type Messaging = Answer<"readMessagingSettings">;
type Edit = (part: Partial<Messaging>) => void;

const USUAL_HOURS = { from: "21:00", to: "08:00" };
const CHANNELS = ["sms", "whatsapp", "voice"] as const;
const ANSWERS = ["stop", "start", "help"] as const;

/** Quiet hours, consent, words for who wants no more, and countries. */
export function MessagingSection() {
  const words = useWords(settingsWords);
  const settings = useRead("readMessagingSettings");
  return (
    <Section title={words.messaging} text={words.messagingText}>
      {settings.error && <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.isPending && <Skeleton height={420} radius={8} />}
      {settings.data && <MessagingForm stored={settings.data} />}
    </Section>
  );
}

function MessagingForm({ stored }: { readonly stored: Messaging }) {
  const common = useWords(everydayWords);
  const [draft, setDraft] = useState(stored);
  const save = useChange("writeMessagingSettings", ["readMessagingSettings"]);
  const edit: Edit = (part) => setDraft((before) => ({ ...before, ...part }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ body: draft }, { onSuccess: () => tellDone(common.saved) });
      }}
      style={{ display: "contents" }}
    >
      <QuietHours settings={draft} onEdit={edit} />
      <Consent settings={draft} onEdit={edit} />
      <OptOut settings={draft} onEdit={edit} />
      <Countries settings={draft} onEdit={edit} />
      <Group justify="flex-end">
        <Button type="submit" loading={save.isPending} disabled={draft === stored}>
          {common.save}
        </Button>
      </Group>
    </form>
  );
}

interface PartProps {
  readonly settings: Messaging;
  readonly onEdit: Edit;
}

function QuietHours({ settings, onEdit }: PartProps) {
  const words = useWords(settingsWords);
  const hours = settings.quietHours ?? null;
  return (
    <>
      <Switch
        label={words.quiet}
        description={words.quietText}
        checked={hours !== null}
        onChange={(event) => onEdit({ quietHours: event.currentTarget.checked ? USUAL_HOURS : null })}
      />
      {hours && (
        <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
          <HourInput
            label={words.from}
            value={hours.from}
            onChange={(from) => onEdit({ quietHours: { ...hours, from } })}
          />
          <HourInput
            label={words.to}
            value={hours.to}
            onChange={(to) => onEdit({ quietHours: { ...hours, to } })}
          />
          <Select
            label={words.zone}
            data={Object.entries(words.zones).map(([value, label]) => ({ value, label }))}
            value={hours.zone ?? "recipient"}
            onChange={(zone) =>
              onEdit({ quietHours: { ...hours, zone: zone === "tenant" ? "tenant" : "recipient" } })
            }
            allowDeselect={false}
          />
        </SimpleGrid>
      )}
    </>
  );
}

/** Written, for the browser's own time field follows the system and not the language of the screen. */
function HourInput(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (time: string) => void;
}) {
  return (
    <TextInput
      label={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      pattern="([01][0-9]|2[0-3]):[0-5][0-9]"
      placeholder="21:00"
      inputMode="numeric"
      maxLength={5}
      required
    />
  );
}

function Consent({ settings, onEdit }: PartProps) {
  const words = useWords(settingsWords);
  return (
    <Select
      label={words.consent}
      data={Object.entries(words.consents).map(([value, label]) => ({ value, label }))}
      value={settings.consent?.marketing ?? "require"}
      onChange={(value) => onEdit({ consent: { marketing: value === "opt-out" ? "opt-out" : "require" } })}
      allowDeselect={false}
    />
  );
}

function OptOut({ settings, onEdit }: PartProps) {
  const words = useWords(settingsWords);
  const optOut = settings.optOut ?? {};
  const write = (name: (typeof ANSWERS)[number], text: string) => {
    const { [name]: _before, ...others } = optOut.answers ?? {};
    onEdit({ optOut: { ...optOut, answers: text === "" ? others : { ...others, [name]: text } } });
  };
  return (
    <>
      <Switch
        label={words.confirm}
        checked={optOut.confirm ?? true}
        onChange={(event) => onEdit({ optOut: { ...optOut, confirm: event.currentTarget.checked } })}
      />
      {ANSWERS.map((name) => (
        <Textarea
          key={name}
          label={words.answers[name]}
          placeholder={words.answerHelp}
          value={optOut.answers?.[name] ?? ""}
          onChange={(event) => write(name, event.currentTarget.value)}
          autosize
          minRows={1}
          maxRows={4}
          maxLength={480}
        />
      ))}
    </>
  );
}

function Countries({ settings, onEdit }: PartProps) {
  const words = useWords(settingsWords);
  const countries = settings.countries ?? {};
  const choose = (channel: (typeof CHANNELS)[number], codes: string[]) => {
    const { [channel]: _before, ...others } = countries;
    onEdit({ countries: codes.length === 0 ? others : { ...others, [channel]: codes } });
  };
  return CHANNELS.map((channel) => (
    <CountrySelect
      key={channel}
      label={`${words.countries}: ${words.channels[channel]}`}
      placeholder={words.allCountries}
      value={countries[channel] ?? []}
      onChange={(codes) => choose(channel, codes)}
    />
  ));
}

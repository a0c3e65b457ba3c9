import {
  ActionIcon,
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Skeleton,
  TagsInput,
  Text,
} from "@mantine/core";
import { IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { Answer } from "../api/client.ts";
import { useChange, useRead } from "../api/queries.ts";
import { ErrorState } from "../ui/states.tsx";
import { tellDone } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { Section } from "./section.tsx";
import { settingsWords } from "./words.ts";

type Rule = Answer<"readWhatsappRetries">["rules"][number];
type Reason = NonNullable<Rule["reasons"]>[number];

const MINUTE_MS = 60_000;
const NEW_RULE: Rule = { times: 1, firstDelayMs: MINUTE_MS, factor: 2, fallThrough: "next" };

/** How often a WhatsApp that failed is sent again, and what comes after. */
export function RetriesSection() {
  const words = useWords(settingsWords);
  const retries = useRead("readWhatsappRetries");
  return (
    <Section title={words.retries} text={words.retriesText}>
      {retries.error && <ErrorState error={retries.error} onRetry={() => void retries.refetch()} />}
      {retries.isPending && <Skeleton height={420} radius={8} />}
      {retries.data && <RuleList key={JSON.stringify(retries.data)} stored={retries.data.rules} />}
    </Section>
  );
}

function RuleList({ stored }: { readonly stored: readonly Rule[] }) {
  const words = useWords(settingsWords);
  const common = useWords(everydayWords);
  // Rules have no names of their own; a number each keeps what is typed with its rule when they move.
  const [rules, setRules] = useState(() => stored.map((rule, id) => ({ id, rule })));
  const save = useChange("writeWhatsappRetries", ["readWhatsappRetries"]);
  const write = (body: { rules: Rule[] } | null) =>
    save.mutate({ body }, { onSuccess: () => tellDone(common.saved) });
  const nextId = Math.max(-1, ...rules.map(({ id }) => id)) + 1;
  return (
    <>
      {rules.map(({ id, rule }, index) => (
        <RuleFields
          key={id}
          number={index + 1}
          rule={rule}
          onChange={(changed) =>
            setRules(rules.map((each) => (each.id === id ? { id, rule: changed } : each)))
          }
          onRemove={() => setRules(rules.filter((each) => each.id !== id))}
          {...(index === 0 ? {} : { onUp: () => setRules(movedUp(rules, index)) })}
        />
      ))}
      <Group justify="space-between">
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => setRules([...rules, { id: nextId, rule: NEW_RULE }])}
        >
          {words.addRule}
        </Button>
        <Group gap="xs">
          <Button variant="subtle" onClick={() => write(null)}>
            {words.usual}
          </Button>
          <Button loading={save.isPending} onClick={() => write({ rules: rules.map(({ rule }) => rule) })}>
            {common.save}
          </Button>
        </Group>
      </Group>
    </>
  );
}

function movedUp<T>(list: readonly T[], index: number): T[] {
  const moved = [...list];
  moved.splice(index - 1, 0, ...moved.splice(index, 1));
  return moved;
}

function RuleFields(props: {
  readonly number: number;
  readonly rule: Rule;
  readonly onChange: (rule: Rule) => void;
  readonly onRemove: () => void;
  readonly onUp?: () => void;
}) {
  const words = useWords(settingsWords);
  const { number, rule, onChange, onRemove, onUp } = props;
  return (
    <fieldset className="settings-rule" style={{ margin: 0, paddingInline: 0, border: 0 }}>
      <Group justify="space-between" gap="xs">
        <Text component="legend" size="sm" fw={600}>
          {words.rule(number)}
        </Text>
        <Group gap={4}>
          {onUp && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={words.ruleUp(number)}
              onClick={onUp}
            >
              <IconArrowUp size={16} />
            </ActionIcon>
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={words.removeRule(number)}
            onClick={onRemove}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <MultiSelect
          label={words.reasons}
          placeholder={rule.reasons ? "" : words.anyReason}
          data={Object.entries(words.reason).map(([value, label]) => ({ value, label }))}
          value={rule.reasons ?? []}
          onChange={(reasons) => onChange(withReasons(rule, reasons as Reason[]))}
        />
        <TagsInput
          label={words.codes}
          placeholder={rule.codes ? "" : words.anyReason}
          value={rule.codes ?? []}
          onChange={(codes) => onChange(withCodes(rule, codes))}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        <NumberInput
          label={words.times}
          value={rule.times}
          min={0}
          max={10}
          suffix=" ×"
          onChange={(times) => onChange({ ...rule, times: Number(times) })}
        />
        <NumberInput
          label={words.firstDelay}
          value={(rule.firstDelayMs ?? MINUTE_MS) / MINUTE_MS}
          min={0}
          disabled={rule.times === 0}
          onChange={(minutes) => onChange({ ...rule, firstDelayMs: Math.round(Number(minutes) * MINUTE_MS) })}
        />
        <NumberInput
          label={words.factor}
          value={rule.factor ?? 1}
          min={1}
          max={10}
          disabled={rule.times === 0}
          onChange={(factor) => onChange({ ...rule, factor: Number(factor) })}
        />
        <Select
          label={words.after}
          data={Object.entries(words.fallThrough).map(([value, label]) => ({ value, label }))}
          value={rule.fallThrough}
          onChange={(value) => value && onChange({ ...rule, fallThrough: value as Rule["fallThrough"] })}
          allowDeselect={false}
        />
      </SimpleGrid>
    </fieldset>
  );
}

/** An empty list fits nothing, an absent one everything: what was emptied is left out. */
function withReasons({ reasons: _before, ...rest }: Rule, reasons: Reason[]): Rule {
  return reasons.length === 0 ? rest : { ...rest, reasons };
}

function withCodes({ codes: _before, ...rest }: Rule, codes: string[]): Rule {
  return codes.length === 0 ? rest : { ...rest, codes };
}

import { Badge, Group } from "@mantine/core";
import { ChannelBadge } from "../ui/channel-badge.tsx";
import { Moment } from "../ui/moment.tsx";
import { Row, RowName } from "../ui/rows.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { statusOf, type Template, TemplateStatus } from "./template-status.tsx";
import { templatesWords } from "./words.ts";

/** All versions of a key in one row. */
export function TemplateRow(props: {
  readonly templateKey: string;
  readonly versions: readonly Template[];
  readonly onOpen: () => void;
}) {
  const words = useWords(templatesWords);
  const { templateKey, versions, onOpen } = props;
  const locale = useLocale();
  const first = versions.find((version) => version.locale.startsWith(locale)) ?? versions[0];
  const locales = [...new Set(versions.map(({ locale }) => locale))];
  const onWhatsapp = versions.some(({ submissions }) => submissions.length > 0);
  const quality = versions.flatMap(({ submissions }) => submissions).find((each) => each.quality)?.quality;
  const changedAt = versions
    .map(({ updatedAt }) => updatedAt)
    .toSorted()
    .at(-1);
  return (
    <Row>
      <RowName name={templateKey} text={first?.content.body} onOpen={onOpen} />
      <Group gap={6}>
        {locales.map((locale) => (
          <Badge key={locale} variant="default" tt="none" fw={500}>
            {locale}
          </Badge>
        ))}
      </Group>
      <Group gap={6}>
        {onWhatsapp && <ChannelBadge channel="whatsapp" />}
        <ChannelBadge channel="sms" />
      </Group>
      <span className="row-text">
        {first && words.categories[first.category]}
        {quality && ` · ${words.quality(quality)}`}
      </span>
      <span>
        <TemplateStatus status={statusOf(versions)} />
      </span>
      <span className="row-text row-end">{changedAt !== undefined && <Moment at={changedAt} />}</span>
    </Row>
  );
}

import { fieldOf } from "../../../engine/core/plain-data.ts";
import { useRead } from "../../api/queries.ts";
import { ChatFrame } from "../../message/chat-frame.tsx";
import { MessageBubble } from "../../message/message-bubble.tsx";
import { messageOfTemplate } from "../../message/message-of-template.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { usesData } from "../fields/data-switch.tsx";
import { useForm, useNeighbours, type WidgetProps } from "../fields/form.tsx";
import type { Path } from "../form/read-schema.ts";
import { fillTemplate } from "../preview/fill-template.ts";
import { panelWords } from "../words.ts";
import { RemoteSelect } from "./remote-select-widget.tsx";
import { TemplateWidget } from "./template-widget.tsx";
import { textOf } from "./text-widget.tsx";

/** A message template by its key, shown as it will arrive. */
export function TemplatePickerWidget(props: WidgetProps) {
  const value = textOf(props.value);
  if (usesData(value)) return <TemplateWidget {...props} />;
  return (
    <>
      <RemoteSelect {...props} source="templates" />
      {value !== "" && <TemplatePreview templateKey={value} path={props.path} />}
    </>
  );
}

function TemplatePreview(props: { readonly templateKey: string; readonly path: Path }) {
  const beside = useNeighbours(props.path).value;
  const words = useWords(panelWords);
  const screen = useLocale();
  const { sample, language } = useForm();
  const answer = useRead(
    "listTemplates",
    { query: { search: props.templateKey, limit: 50 } },
    { staleTime: 60_000 },
  );
  if (!answer.data) return null;
  const written = textOf(fieldOf(beside, "locale"));
  const wanted = written === "" || usesData(written) ? language : written;
  const versions = answer.data.items.filter(({ key }) => key === props.templateKey);
  const template = inLanguage(versions, wanted) ?? inLanguage(versions, screen) ?? versions[0];
  if (!template) return <p className="field-hint">{words.templateMissing}</p>;
  const values = fieldOf(beside, "variables") ?? fieldOf(beside, "values");
  return (
    <ChatFrame title={`${words.preview} · ${template.locale}`}>
      <MessageBubble
        message={messageOfTemplate(template.content, fillTemplate(values, sample))}
        channel="whatsapp"
      />
    </ChatFrame>
  );
}

function inLanguage<T extends { readonly locale: string }>(
  versions: readonly T[],
  locale: string,
): T | undefined {
  const language = locale.split("-", 1)[0] ?? locale;
  return (
    versions.find((each) => each.locale === locale) ??
    versions.find((each) => each.locale.startsWith(language))
  );
}

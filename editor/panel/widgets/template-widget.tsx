import type { WidgetProps } from "../fields/form.tsx";
import { defaultText } from "../form/default-text.ts";
import { TextPreview } from "../preview/text-preview.tsx";
import { RenderedLine } from "../template/rendered-line.tsx";
import { TemplateEditor } from "../template/template-editor.tsx";
import { textOf, writtenText } from "./text-widget.tsx";

/** A line of text with data of the flow in it, and what it comes to. */
export function TemplateWidget(props: WidgetProps) {
  const text = textOf(props.value);
  const usual = defaultText(props.schema);
  return (
    <>
      <TemplateEditor
        id={props.id}
        labelId={props.labelId}
        title={props.title}
        value={text}
        lines="one"
        invalid={props.invalid}
        readOnly={props.readOnly}
        {...(usual === null ? {} : { placeholder: usual })}
        onChange={(next) => props.set(writtenText(next, props))}
      />
      <RenderedLine template={text} />
    </>
  );
}

/** What is said or written to somebody, as they will hear or read it. */
export function LongTemplateWidget(props: WidgetProps) {
  const text = textOf(props.value);
  return (
    <>
      <TemplateEditor
        id={props.id}
        labelId={props.labelId}
        title={props.title}
        value={text}
        lines="many"
        invalid={props.invalid}
        readOnly={props.readOnly}
        onChange={(next) => props.set(writtenText(next, props))}
      />
      <TextPreview path={props.path} text={text} />
    </>
  );
}

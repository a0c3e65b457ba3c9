import { useForm, type WidgetProps } from "../fields/form.tsx";
import { RenderedLine } from "../template/rendered-line.tsx";
import { MessagePreview } from "./message-preview.tsx";
import { previewKindOf } from "./preview-kind.ts";
import { SpokenPreview } from "./spoken-preview.tsx";

/** A long text as it reaches whoever it is for. */
export function TextPreview({
  path,
  parent,
  text,
}: Pick<WidgetProps, "path" | "parent"> & { readonly text: string }) {
  const { type, value } = useForm();
  const preview = previewKindOf(type, value, path);
  switch (preview.kind) {
    case "spoken":
      return <SpokenPreview template={text} parent={parent} />;
    case "message":
      return <MessagePreview template={text} channels={preview.channels} />;
    case "line":
      return <RenderedLine template={text} />;
  }
}

import { useForm, useFormValue } from "../fields/form.tsx";
import type { Path } from "../form/read-schema.ts";
import { RenderedLine } from "../template/rendered-line.tsx";
import { MessagePreview } from "./message-preview.tsx";
import { previewKindOf } from "./preview-kind.ts";
import { SpokenPreview } from "./spoken-preview.tsx";

/** A long text as it reaches whoever it is for. */
export function TextPreview({ path, text }: { readonly path: Path; readonly text: string }) {
  const { type } = useForm();
  const value = useFormValue();
  const preview = previewKindOf(type, value, path);
  switch (preview.kind) {
    case "spoken":
      return <SpokenPreview template={text} path={path} />;
    case "message":
      return <MessagePreview template={text} channels={preview.channels} />;
    case "line":
      return <RenderedLine template={text} />;
  }
}

import { Modal } from "@mantine/core";
import { useNodeTypes } from "../api/node-types.ts";
import { useRead } from "../api/queries.ts";
import { BindFlow } from "../bundle/bind-flow.tsx";
import { bundleWords } from "../bundle/words.ts";
import { exportBundle } from "../model/bundle.ts";
import type { Catalogue } from "../model/catalogue.ts";
import { readBundle } from "../model/read-bundle.ts";
import { ErrorState, LoadingRows } from "../ui/states.tsx";
import { type Locale, useLocale, useWords } from "../words/words.ts";
import type { GalleryItem } from "./gallery-filter.ts";

/** An example is taken over like an import: what is the example's own is asked for. */
export function UseExample(props: { readonly item: GalleryItem; readonly onClose: () => void }) {
  const words = useWords(bundleWords);
  const locale = useLocale();
  return (
    <Modal opened onClose={props.onClose} title={words.useTitle(props.item.name[locale])} size="lg" centered>
      <Example itemKey={props.item.key} locale={locale} onClose={props.onClose} />
    </Modal>
  );
}

function Example(props: { readonly itemKey: string; readonly locale: Locale; readonly onClose: () => void }) {
  const catalogue = useNodeTypes();
  const flow = useRead("readGalleryFlow", {
    path: { key: props.itemKey },
    query: { language: props.locale },
  });
  if (flow.error) return <ErrorState error={flow.error} onRetry={() => void flow.refetch()} />;
  if (!flow.data || catalogue.all.length === 0) return <LoadingRows rows={3} />;
  const bundle = bundleOf(flow.data, catalogue);
  return bundle && <BindFlow bundle={bundle} onClose={props.onClose} />;
}

function bundleOf(flow: Parameters<typeof exportBundle>[0], catalogue: Catalogue) {
  const read = readBundle(exportBundle(flow, catalogue));
  return "bundle" in read ? read.bundle : null;
}

import type { Answer } from "../api/client.ts";
import { folded } from "../model/folded.ts";
import type { Locale } from "../words/words.ts";

export type GalleryItem = Answer<"listGallery">["items"][number];

/** What somebody looks for; null is anything. */
export interface GalleryFilter {
  readonly text: string;
  readonly channel: string | null;
  readonly family: string | null;
  readonly module: string | null;
}

export const EVERYTHING: GalleryFilter = { text: "", channel: null, family: null, module: null };

export function fitting(
  items: readonly GalleryItem[],
  filter: GalleryFilter,
  locale: Locale,
): readonly GalleryItem[] {
  const words = folded(filter.text).split(/\s+/);
  return items.filter((item) => {
    const text = folded(`${item.name[locale]} ${item.text[locale]} ${item.key}`);
    return (
      words.every((word) => text.includes(word)) &&
      (filter.channel === null || item.channels.some((channel) => channel === filter.channel)) &&
      (filter.family === null || item.families.includes(filter.family)) &&
      (filter.module === null || item.module === filter.module)
    );
  });
}

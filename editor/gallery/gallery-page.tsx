import "./gallery.css";
import { Button, Skeleton } from "@mantine/core";
import { IconSearchOff } from "@tabler/icons-react";
import { useState } from "react";
import { useRead } from "../api/queries.ts";
import { Page } from "../ui/page.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { everydayWords } from "../words/everyday.ts";
import { useLocale, useWords } from "../words/words.ts";
import { GalleryCard } from "./gallery-card.tsx";
import { EVERYTHING, fitting, type GalleryItem } from "./gallery-filter.ts";
import { GalleryFilters } from "./gallery-filters.tsx";
import { UseExample } from "./use-example.tsx";
import { galleryWords } from "./words.ts";

export function GalleryPage() {
  const words = useWords(galleryWords);
  const locale = useLocale();
  const gallery = useRead("listGallery", {}, { staleTime: Number.POSITIVE_INFINITY });
  const [filter, setFilter] = useState(EVERYTHING);
  const [chosen, choose] = useState<GalleryItem | null>(null);
  return (
    <Page title={words.title} text={words.text}>
      <GalleryFilters filter={filter} onChange={setFilter} />
      {gallery.error && <ErrorState error={gallery.error} onRetry={() => void gallery.refetch()} />}
      {gallery.isPending && <CardsToCome />}
      {gallery.data && (
        <Cards
          items={fitting(gallery.data.items, filter, locale)}
          onUse={choose}
          onClear={() => setFilter(EVERYTHING)}
        />
      )}
      {chosen && <UseExample item={chosen} onClose={() => choose(null)} />}
    </Page>
  );
}

function Cards(props: {
  readonly items: readonly GalleryItem[];
  readonly onUse: (item: GalleryItem) => void;
  readonly onClear: () => void;
}) {
  const words = useWords(galleryWords);
  const common = useWords(everydayWords);
  if (props.items.length === 0)
    return (
      <EmptyState
        icon={<IconSearchOff size={32} />}
        title={common.nothingFound}
        text={common.nothingFoundText}
        action={
          <Button variant="default" onClick={props.onClear}>
            {words.clear}
          </Button>
        }
      />
    );
  return (
    <ul className="gallery" aria-label={words.count(props.items.length)}>
      {props.items.map((item) => (
        <GalleryCard key={item.key} item={item} onUse={() => props.onUse(item)} />
      ))}
    </ul>
  );
}

function CardsToCome() {
  const words = useWords(everydayWords);
  return (
    <div className="gallery" role="status" aria-label={words.loading}>
      {["a", "b", "c", "d", "e", "f", "g", "h"].map((key) => (
        <Skeleton key={key} height={330} radius={8} />
      ))}
    </div>
  );
}

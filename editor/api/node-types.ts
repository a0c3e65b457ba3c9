import { useMemo } from "react";
import { type Catalogue, createCatalogue, type NodeType } from "../model/catalogue.ts";
import { useRead } from "./queries.ts";

interface ReadCatalogue {
  /** Null until it was read. */
  readonly catalogue: Catalogue | null;
  readonly error: Error | null;
  readonly refetch: () => void;
}

/** What may be drawn. It changes with the program, so reading it once is enough. */
export function useCatalogue(): ReadCatalogue {
  const { data, error, refetch } = useRead("listNodeTypes", {}, { staleTime: Number.POSITIVE_INFINITY });
  // The API describes params and ports as any JSON; their shapes are the engine's own.
  const catalogue = useMemo(
    () => (data ? createCatalogue(data.items as unknown as readonly NodeType[]) : null),
    [data],
  );
  return { catalogue, error, refetch: () => void refetch() };
}

const NOTHING_YET = createCatalogue([]);

/** What may be drawn, for what can be shown without it: empty until it was read. */
export function useNodeTypes(): Catalogue {
  return useCatalogue().catalogue ?? NOTHING_YET;
}

import { useMemo } from "react";
import { useRead } from "../api/queries.ts";
import { type Catalogue, createCatalogue, type NodeType } from "../model/catalogue.ts";

export interface ReadCatalogue {
  readonly catalogue: Catalogue | null;
  readonly error: Error | null;
  readonly refetch: () => void;
}

/** All types of nodes there are, read once for as long as the screen is open. */
export function useCatalogue(): ReadCatalogue {
  const { data, error, refetch } = useRead("listNodeTypes", {}, { staleTime: Number.POSITIVE_INFINITY });
  // OpenAPI says no more than "an object" of what the model knows in detail: costs, ports, schemas.
  const catalogue = useMemo(
    () => (data ? createCatalogue(data.items as unknown as readonly NodeType[]) : null),
    [data],
  );
  return { catalogue, error, refetch: () => void refetch() };
}

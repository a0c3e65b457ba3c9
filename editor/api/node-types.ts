import { useMemo } from "react";
import { type Catalogue, createCatalogue, type NodeType } from "../model/catalogue.ts";
import { useRead } from "./queries.ts";

const NO_TYPES: readonly NodeType[] = [];

/** What may be drawn; empty until it was read. It changes with the program, so once is enough. */
export function useNodeTypes(): Catalogue {
  const { data } = useRead("listNodeTypes", {}, { staleTime: Number.POSITIVE_INFINITY });
  // The API describes params and ports as any JSON; their shapes are the engine's own.
  const items = data ? (data.items as unknown as readonly NodeType[]) : NO_TYPES;
  return useMemo(() => createCatalogue(items), [items]);
}

import { create } from "zustand";
import { persist } from "zustand/middleware";

const MAX = 6;

interface RecentTypes {
  /** Newest first. */
  readonly types: readonly string[];
}

/** Kinds of steps this person added lately, on this device. */
export const useRecentTypes = create<RecentTypes>()(
  persist((): RecentTypes => ({ types: [] }), { name: "centralita.recent-steps" }),
);

export function rememberType(type: string): void {
  useRecentTypes.setState(({ types }) => ({
    types: [type, ...types.filter((each) => each !== type)].slice(0, MAX),
  }));
}

import { useEffect } from "react";
import { useFlowStore } from "../flow/flow-store.ts";
import { present } from "../model/history.ts";
import { browserCheckTools, problemsOf } from "../model/problems.ts";
import { useLocale } from "../words/words.ts";

const AFTER_MS = 120;

/** Checks the document as publishing would, a moment after each change. */
export function useProblems(): void {
  const store = useFlowStore();
  const locale = useLocale();
  useEffect(() => {
    const tools = browserCheckTools(store.getState().catalogue, locale);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = () =>
      store.getState().set({ problems: problemsOf(present(store.getState().history), tools) });
    const stop = store.subscribe((state, before) => {
      if (state.history === before.history) return;
      clearTimeout(timer);
      timer = setTimeout(check, AFTER_MS);
    });
    check();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [store, locale]);
}

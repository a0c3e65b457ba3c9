import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "../../../editor/app/app.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";
import { createRoot } from "react-dom/client";
import { cssVariables, theme } from "../../../editor/app/theme.ts";
import { createFlowStore, FlowStoreContext, useDocument, useFlow } from "../../../editor/flow/flow-store.ts";
import { createCatalogue } from "../../../editor/model/catalogue.ts";
import { browserCheckTools, problemsOf } from "../../../editor/model/problems.ts";
import { NodePanel } from "../../../editor/panel/node-panel.tsx";
import { LocaleContext } from "../../../editor/words/words.ts";

// ?flow=<key>&node=<id>&locale=es&scheme=light, or ?type=<node type> for that type's own example.
const asked = new URLSearchParams(location.search);
const locale = asked.get("locale") === "en" ? "en" : "es";
const scheme = asked.get("scheme") === "dark" ? "dark" : "light";

const catalogue = createCatalogue(await (await fetch("/fixtures/catalogue.json")).json());
const flow = await (await fetch(`/fixtures/flow.json?${asked}`)).json();
const tools = browserCheckTools(catalogue, locale);
const store = createFlowStore({
  key: flow.key,
  flow,
  revision: 1,
  published: null,
  hookUrl: "https://example.com/h/abc",
  updatedAt: new Date().toISOString(),
  catalogue,
});
const node = asked.get("node");
if (node) store.getState().select([node]);
if (asked.has("locked")) store.getState().set({ locked: "version" });
Object.assign(window, { store });

function Problems() {
  const document = useDocument();
  const set = useFlow((state) => state.set);
  useEffect(() => {
    const timer = setTimeout(() => set({ problems: problemsOf(document, tools) }), 200);
    return () => clearTimeout(timer);
  }, [document, set]);
  return null;
}

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");
document.documentElement.lang = locale;
createRoot(root).render(
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme={scheme}>
    <LocaleContext value={locale}>
      <QueryClientProvider client={new QueryClient()}>
        <FlowStoreContext value={store}>
          <Problems />
          <main
            style={{
              display: "flex",
              position: "relative",
              justifyContent: "flex-end",
              height: "100dvh",
              background: "var(--canvas)",
            }}
          >
            <NodePanel />
          </main>
        </FlowStoreContext>
      </QueryClientProvider>
    </LocaleContext>
  </MantineProvider>,
);

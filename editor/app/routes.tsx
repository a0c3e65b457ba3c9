import { createBrowserRouter, type RouteObject } from "react-router";
import { CrashPage } from "./crash-page.tsx";
import { Frame } from "./frame.tsx";
import { NotFoundPage } from "./not-found-page.tsx";

/** Each page is a chunk of its own: nobody loads the canvas to look at credits. */
const PAGES: readonly RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import("../flows/flows-page.tsx")).FlowsPage }) },
  { path: "flows", lazy: async () => ({ Component: (await import("../flows/flows-page.tsx")).FlowsPage }) },
  { path: "flows/:key", lazy: async () => ({ Component: (await import("../flow/flow-page.tsx")).FlowPage }) },
  { path: "runs", lazy: async () => ({ Component: (await import("../runs/runs-page.tsx")).RunsPage }) },
  { path: "runs/:id", lazy: async () => ({ Component: (await import("../runs/run-page.tsx")).RunPage }) },
  {
    path: "gallery",
    lazy: async () => ({ Component: (await import("../gallery/gallery-page.tsx")).GalleryPage }),
  },
  {
    path: "templates",
    lazy: async () => ({ Component: (await import("../templates/templates-page.tsx")).TemplatesPage }),
  },
  {
    path: "stores",
    lazy: async () => ({ Component: (await import("../stores/stores-page.tsx")).StoresPage }),
  },
  {
    path: "credits",
    lazy: async () => ({ Component: (await import("../credits/credits-page.tsx")).CreditsPage }),
  },
  {
    path: "settings",
    lazy: async () => ({ Component: (await import("../settings/settings-page.tsx")).SettingsPage }),
  },
  { path: "*", Component: NotFoundPage },
];

export const router = createBrowserRouter([
  {
    path: "/",
    Component: Frame,
    ErrorBoundary: CrashPage,
    HydrateFallback: () => null,
    children: [{ ErrorBoundary: CrashPage, children: [...PAGES] }],
  },
]);

import { MantineProvider, Modal, mergeThemeOverrides } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { RouterProvider } from "react-router/dom";
import { ApiFailure } from "../api/client.ts";
import { tellFailure } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { type Locale, LocaleContext } from "../words/words.ts";
import { chosenLocale, usePreferences } from "./preferences.ts";
import { router } from "./routes.tsx";
import { cssVariables, theme } from "./theme.ts";

const queries = new QueryClient({
  // Whoever shows a refusal in its own place marks the change as `quiet`. A lost session asks for its own sign-in.
  mutationCache: new MutationCache({
    onError(error, _input, _context, { meta }) {
      if (meta?.quiet === true || !(error instanceof ApiFailure) || error.code === "UNAUTHENTICATED") return;
      tellFailure(error, chosenLocale(usePreferences.getState()));
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused it refuses again; a lost connection may come back.
      retry: (tries, error) => error instanceof ApiFailure && error.code === "OFFLINE" && tries < 2,
    },
  },
});

export function App() {
  const locale = usePreferences(chosenLocale);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const named = useMemo(() => mergeThemeOverrides(theme, closeNamed(locale)), [locale]);
  return (
    <MantineProvider theme={named} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <LocaleContext value={locale}>
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-center" limit={3} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LocaleContext>
    </MantineProvider>
  );
}

/** The cross of a dialog is a picture: it says its name to those who do not see it. */
function closeNamed(locale: Locale) {
  const closeButtonProps = { "aria-label": everydayWords[locale].close };
  return { components: { Modal: Modal.extend({ defaultProps: { closeButtonProps } }) } };
}

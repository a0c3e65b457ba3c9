import { useMantineColorScheme } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import { Outlet, useMatch } from "react-router";
import { call } from "../api/client.ts";
import { type Me, signedIn, signedOut, useSession } from "../api/session.ts";
import { SignInAgain } from "../sign-in/sign-in-again.tsx";
import { SignInPage } from "../sign-in/sign-in-page.tsx";
import { useWords } from "../words/words.ts";
import { OfflineBanner } from "./offline-banner.tsx";
import { usePreferences } from "./preferences.ts";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";
import { appWords } from "./words.ts";

// Most people have seen it.
const Tour = lazy(async () => ({ default: (await import("./tour.tsx")).Tour }));

/** Everything on the screen: who is signed in sees rail, top bar and page; anybody else the way in. */
export function Frame() {
  const session = useSession();
  const words = useWords(appWords);
  const toured = usePreferences((preferences) => preferences.toured);
  useMantineColorScheme({ keepTransitions: false });
  useEffect(recallSession, []);
  // A canvas wants the room.
  const [flow, run] = [useMatch("/flows/:key"), useMatch("/runs/:id")];
  const narrow = flow !== null || run !== null;
  if (session.status === "unknown") return null;
  if (session.status === "signed-out") return <SignInPage />;
  return (
    <div className="frame" data-narrow={narrow || undefined}>
      <a className="skip-link" href="#main">
        {words.skip}
      </a>
      <TopBar me={session.me} />
      <Rail />
      <main className="frame-main" id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <OfflineBanner />
      {!toured && (
        <Suspense>
          <Tour />
        </Suspense>
      )}
      {session.status === "expired" && <SignInAgain email={session.me.user.email} />}
    </div>
  );
}

/** The cookie may still be good. */
function recallSession(): void {
  if (useSession.getState().status !== "unknown") return;
  call("readMe").then(
    ({ data }) => signedIn(data as unknown as Me),
    () => {
      if (useSession.getState().status === "unknown") signedOut();
    },
  );
}

import { create } from "zustand";

/** Who is signed in, as the API says it. */
export interface Me {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly locale: string;
  };
  readonly tenant: { readonly id: string; readonly name: string };
  readonly role: string;
  readonly scopes: readonly string[];
  readonly csrfToken: string;
}

type SessionState =
  | { readonly status: "unknown" }
  | { readonly status: "signed-out" }
  | { readonly status: "signed-in"; readonly me: Me }
  /** The server no longer knows the session. What is on the screen stays until somebody signs in again. */
  | { readonly status: "expired"; readonly me: Me };

export const useSession = create<SessionState>(() => ({ status: "unknown" }));

export function signedIn(me: Me): void {
  useSession.setState({ status: "signed-in", me }, true);
}

export function signedOut(): void {
  useSession.setState({ status: "signed-out" }, true);
}

/** Hears that a request was refused for want of a session. */
export function sessionRefused(): void {
  const state = useSession.getState();
  if (state.status === "signed-in") useSession.setState({ status: "expired", me: state.me }, true);
  else if (state.status === "unknown") signedOut();
}

/** Sent with everything that changes something; null while nobody is signed in. */
export function csrfToken(): string | null {
  const state = useSession.getState();
  return "me" in state ? state.me.csrfToken : null;
}

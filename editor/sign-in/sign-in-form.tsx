import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiFailure, call } from "../api/client.ts";
import { signedIn } from "../api/session.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { signInWords } from "./words.ts";

/** `email` is given where somebody only signs in again. */
export function SignInForm({ email }: { readonly email?: string }) {
  const words = useWords(signInWords);
  const refusal = useRefusal();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(null);
    try {
      const body = { email: String(form.get("email")), password: String(form.get("password")) };
      signedIn((await call("login", { body })).data);
    } catch (error) {
      setFailure(error instanceof ApiFailure ? error : new ApiFailure("INTERNAL", 0, String(error)));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          name="email"
          type="email"
          label={words.email}
          autoComplete="username"
          required
          defaultValue={email ?? ""}
          readOnly={email !== undefined}
          data-autofocus={email === undefined || undefined}
        />
        <PasswordInput
          name="password"
          label={words.password}
          autoComplete="current-password"
          required
          data-autofocus={email !== undefined || undefined}
        />
        {failure && (
          <Alert role="alert" color="red" variant="light">
            {refusal(failure)}
          </Alert>
        )}
        <Button type="submit" loading={busy} fullWidth>
          {words.submit}
        </Button>
      </Stack>
    </form>
  );
}

/** Why nobody was let in, in words. */
function useRefusal(): (failure: ApiFailure) => string {
  const words = useWords(signInWords);
  const common = useWords(everydayWords);
  return ({ code, message, details }) => {
    if (code === "OFFLINE") return common.offlineTitle;
    if (code === "UNAUTHENTICATED") return words.wrong;
    if (code === "RATE_LIMITED") return words.tooMany(Number(details.retryAfterSeconds ?? 60));
    return message;
  };
}

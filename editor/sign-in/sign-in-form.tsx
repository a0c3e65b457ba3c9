import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type ApiFailure, call, failureOf } from "../api/client.ts";
import { signedIn } from "../api/session.ts";
import { useFailureText } from "../words/failures.ts";
import { useWords } from "../words/words.ts";
import { signInWords } from "./words.ts";

/** `email` is given where somebody only signs in again. */
export function SignInForm({ email }: { readonly email?: string }) {
  const words = useWords(signInWords);
  const inWords = useFailureText();
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
      setFailure(failureOf(error));
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
            {failure.code === "UNAUTHENTICATED" ? words.wrong : inWords(failure)}
          </Alert>
        )}
        <Button type="submit" loading={busy} fullWidth>
          {words.submit}
        </Button>
      </Stack>
    </form>
  );
}

import { Modal, Stack, Text } from "@mantine/core";
import { useWords } from "../words/words.ts";
import { SignInForm } from "./sign-in-form.tsx";
import { signInWords } from "./words.ts";

/** Over whatever was on the screen, which stays as it is. */
export function SignInAgain({ email }: { readonly email: string }) {
  const words = useWords(signInWords);
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={words.againTitle} centered>
      <Stack>
        <Text size="sm">{words.againText}</Text>
        <SignInForm email={email} />
      </Stack>
    </Modal>
  );
}

import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import icon from "../app/icon.svg";
import { useTitle } from "../ui/page.tsx";
import { useWords } from "../words/words.ts";
import { SignInForm } from "./sign-in-form.tsx";
import { signInWords } from "./words.ts";

export function SignInPage() {
  const words = useWords(signInWords);
  useTitle(words.title);
  return (
    <Center component="main" mih="100dvh" bg="var(--canvas)" p="md">
      <Paper withBorder p="xl" w="100%" maw={400} bg="var(--surface)">
        <Stack>
          <img src={icon} alt="" width={44} height={44} />
          <div>
            <Title order={1} size="h3">
              Centralita
            </Title>
            <Text c="dimmed" size="sm">
              {words.text}
            </Text>
          </div>
          <SignInForm />
        </Stack>
      </Paper>
    </Center>
  );
}

import { ActionIcon, Avatar, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { IconLanguage, IconLogout, IconMoon, IconSearch, IconSun } from "@tabler/icons-react";
import { Link } from "react-router";
import { call } from "../api/client.ts";
import { type Me, signedOut } from "../api/session.ts";
import { CreditsMeter } from "../credits/credits-meter.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { GoTo } from "./go-to.tsx";
import icon from "./icon.svg";
import { usePreferences } from "./preferences.ts";
import { appWords } from "./words.ts";

export function TopBar({ me }: { readonly me: Me }) {
  const words = useWords(appWords);
  return (
    <header className="frame-top">
      <Link to="/flows" className="brand" aria-label="Centralita">
        <img src={icon} alt="" width={26} height={26} />
        <Text component="span" fw={650} visibleFrom="sm">
          Centralita
        </Text>
      </Link>
      <Text size="sm" c="dimmed" truncate visibleFrom="md" maw={220}>
        {me.tenant.name}
      </Text>
      <UnstyledButton className="go-to" onClick={spotlight.open} aria-label={words.goTo}>
        <IconSearch size={16} aria-hidden="true" />
        <Text size="sm" c="dimmed" truncate visibleFrom="xs">
          {words.searchPlaceholder}
        </Text>
        <kbd className="key">Ctrl K</kbd>
      </UnstyledButton>
      <Group gap={6} ml="auto" wrap="nowrap">
        <CreditsMeter />
        <LanguageButton />
        <ThemeButton />
        <AccountMenu me={me} />
      </Group>
      <GoTo />
    </header>
  );
}

function LanguageButton() {
  const words = useWords(appWords);
  const locale = useLocale();
  const other = locale === "es" ? "en" : "es";
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`${words.language}: ${other}`}
      onClick={() => usePreferences.setState({ locale: other })}
    >
      <IconLanguage size={19} aria-hidden="true" />
      <Text component="span" size="xs" fw={600} tt="uppercase">
        {locale}
      </Text>
    </ActionIcon>
  );
}

function ThemeButton() {
  const words = useWords(appWords);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark =
    colorScheme === "dark" ||
    (colorScheme === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={words.theme}
      onClick={() => setColorScheme(dark ? "light" : "dark")}
    >
      {dark ? <IconSun size={19} aria-hidden="true" /> : <IconMoon size={19} aria-hidden="true" />}
    </ActionIcon>
  );
}

function AccountMenu({ me }: { readonly me: Me }) {
  const words = useWords(appWords);
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={`${words.account}: ${me.user.name}`} className="account">
          <Avatar radius="xl" size={32} color="teal" name={me.user.name} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.user.name} · {me.user.email}
        </Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          {words.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Whatever the server says: whoever wants out is out here. */
async function signOut(): Promise<void> {
  await call("logout").catch(() => undefined);
  signedOut();
}

import { Badge } from "@mantine/core";
import { IconBrandWhatsapp, IconMessage2, IconPhone } from "@tabler/icons-react";
import { defineWords, useWords } from "../words/words.ts";

export type Channel = "voice" | "sms" | "whatsapp";

const channelWords = defineWords(
  { voice: "Calls", sms: "SMS", whatsapp: "WhatsApp" },
  { voice: "Llamadas", sms: "SMS", whatsapp: "WhatsApp" },
);

const LOOKS = {
  voice: { Icon: IconPhone, colour: "var(--family-voice)" },
  sms: { Icon: IconMessage2, colour: "var(--family-messages)" },
  whatsapp: { Icon: IconBrandWhatsapp, colour: "var(--family-messages)" },
} as const;

function useChannelWords() {
  return useWords(channelWords);
}

export function ChannelBadge({ channel }: { readonly channel: Channel }) {
  const words = useChannelWords();
  const { Icon, colour } = LOOKS[channel];
  return (
    <Badge
      variant="default"
      tt="none"
      fw={500}
      leftSection={<Icon size={13} aria-hidden="true" color={colour} />}
    >
      {words[channel]}
    </Badge>
  );
}

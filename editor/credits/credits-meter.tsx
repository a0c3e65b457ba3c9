import "./credits-meter.css";
import { Text, Tooltip } from "@mantine/core";
import { IconBrandWhatsapp, IconMessage2, IconPhone } from "@tabler/icons-react";
import { Link } from "react-router";
import { useRead } from "../api/queries.ts";
import { useLocale, useWords } from "../words/words.ts";
import { isLow } from "./account-level.ts";
import { creditsWords } from "./words.ts";

const METERS = [
  { meter: "sms", Icon: IconMessage2 },
  { meter: "whatsapp", Icon: IconBrandWhatsapp },
  { meter: "voice", Icon: IconPhone },
] as const;

/** What is left to spend, always in sight; gold where it is less than a fifth of the month's. */
export function CreditsMeter() {
  const words = useWords(creditsWords);
  const locale = useLocale();
  const credits = useRead("listCredits", {}, { refetchInterval: 30_000 });
  const number = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const parts = METERS.map(({ meter, Icon }) => {
    const account = credits.data?.items.find((item) => item.meter === meter);
    const left = account?.remaining ?? null;
    const text = account === undefined ? "–" : left === null ? "∞" : number.format(left);
    const name = words.meters[meter] ?? meter;
    const low = account !== undefined && isLow(account);
    return { meter, Icon, text, low, hint: low ? `${text} · ${words.low(name)}` : `${name}: ${text}` };
  });
  return (
    <Link
      to="/credits"
      className="credits-meter"
      aria-label={`${words.left}. ${parts.map(({ hint }) => hint).join("; ")}`}
    >
      {parts.map(({ meter, Icon, text, low, hint }) => (
        <Tooltip key={meter} label={hint}>
          <span className="credits-part" data-low={low || undefined}>
            <Icon size={15} stroke={1.7} aria-hidden="true" />
            <Text component="span" size="xs" className="tabular">
              {text}
            </Text>
          </span>
        </Tooltip>
      ))}
    </Link>
  );
}

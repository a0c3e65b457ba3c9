import { Text, Tooltip } from "@mantine/core";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** A number the way people of its country write it, with its flag; copied as E.164. */
export function PhoneNumber(props: { readonly e164: string }) {
  const { flag, national } = readable(props.e164);
  return (
    <Tooltip label={props.e164} openDelay={400}>
      <Text
        component="span"
        size="sm"
        className="tabular"
        onCopy={(event) => {
          event.clipboardData.setData("text/plain", props.e164);
          event.preventDefault();
        }}
      >
        {flag && <span aria-hidden="true">{flag} </span>}
        {national}
      </Text>
    </Tooltip>
  );
}

export function readable(e164: string): { readonly flag: string; readonly national: string } {
  const number = parsePhoneNumberFromString(e164);
  if (!number) return { flag: "", national: e164 };
  return { flag: number.country ? flagOf(number.country) : "", national: number.formatInternational() };
}

/** The flag emoji of an ISO 3166 country: its two letters as regional indicators. */
function flagOf(country: string): string {
  return String.fromCodePoint(...[...country].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65));
}

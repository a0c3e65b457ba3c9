/** Why a vendor would not do it, in the words of this house; `vendorCode` keeps the vendor's own. */
export const REFUSALS = [
  "not_on_channel",
  "outside_window",
  "opted_out",
  "no_consent",
  "bad_recipient",
  "bad_sender",
  "bad_content",
  "not_permitted",
  "other",
] as const;
export type Refusal = (typeof REFUSALS)[number];

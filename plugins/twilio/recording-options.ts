import { Type } from "../../engine/plugin-api.ts";
import { es } from "./spanish.ts";

/** How a recording is made, wherever Twilio is asked for one. */
export const RECORDING_FIELDS = {
  channels: Type.Enum(["mono", "dual"], {
    default: "mono",
    title: "Channels",
    description: "dual: each side on a channel of its own.",
    "x-group": "recording",
    ...es("Canales", "dual: cada lado en su propio canal."),
  }),
  track: Type.Enum(["both", "inbound", "outbound"], {
    default: "both",
    title: "Side",
    description: "Which side of the call is recorded.",
    "x-group": "recording",
    ...es("Lado", "Qué lado de la llamada se graba."),
  }),
  trim: Type.Enum(["trim-silence", "do-not-trim"], {
    default: "trim-silence",
    title: "Silence at the ends",
    "x-group": "recording",
    ...es("Silencio en los extremos"),
  }),
};

import { Type } from "../../../engine/plugin-api.ts";
import { es } from "../spanish.ts";

const recorded = { "x-visible": { not: { param: "record", is: "do-not-record" } } } as const;

/** How the talk is recorded. */
export const RecordingFields = {
  record: Type.Enum(
    [
      "do-not-record",
      "record-from-answer",
      "record-from-ringing",
      "record-from-answer-dual",
      "record-from-ringing-dual",
    ],
    { default: "do-not-record", title: "Record", "x-group": "advanced", ...es("Grabar") },
  ),
  recordingTrack: Type.Enum(["both", "inbound", "outbound"], {
    default: "both",
    title: "Recorded side",
    "x-group": "advanced",
    ...recorded,
    ...es("Lado que se graba"),
  }),
  recordingTrim: Type.Boolean({
    default: false,
    title: "Cut silence off",
    description: "At the beginning and the end.",
    "x-group": "advanced",
    ...recorded,
    ...es("Quitar silencios", "Al principio y al final."),
  }),
  recordingStatusUrl: Type.Optional(
    Type.String({
      title: "Tell when the recording is ready",
      description: "A system of yours that is told, with the recording's address.",
      "x-group": "advanced",
      ...recorded,
      ...es(
        "Avisar cuando esté la grabación",
        "Una aplicación suya que recibe la dirección de la grabación.",
      ),
    }),
  ),
  recordingStatusEvents: Type.Array(Type.Enum(["in-progress", "completed", "absent"]), {
    default: ["completed"],
    uniqueItems: true,
    title: "Told about the recording",
    "x-group": "advanced",
    ...recorded,
    ...es("Avisos de la grabación"),
  }),
};

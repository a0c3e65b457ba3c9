import { type Static, Type } from "../../../engine/plugin-api.ts";
import { es } from "../spanish.ts";

/** How the caller takes part in a conference. */
export const ConferenceSchema = Type.Object(
  {
    muted: Type.Boolean({ default: false, title: "Listens only", ...es("Solo escucha") }),
    beep: Type.Enum(["true", "false", "onEnter", "onExit"], {
      default: "true",
      title: "Beep",
      description: "When somebody comes and goes.",
      ...es("Pitido", "Cuando alguien entra y sale."),
    }),
    startOnEnter: Type.Boolean({
      default: true,
      title: "Starts when this caller enters",
      description: "Otherwise they wait, with music, for somebody who starts it.",
      ...es("Empieza al entrar", "Si no, espera con música a alguien que la empiece."),
    }),
    endOnExit: Type.Boolean({
      default: false,
      title: "Ends when this caller leaves",
      ...es("Termina al salir"),
    }),
    label: Type.Optional(
      Type.String({ maxLength: 128, title: "Name in the conference", ...es("Nombre en la conferencia") }),
    ),
    coach: Type.Optional(
      Type.String({
        title: "Coaches",
        description: "Call id (CA…) of the only person who hears this one.",
        ...es("Asesora a", "Id de llamada (CA…) de la única persona que le oye."),
      }),
    ),
    wait: Type.Enum(["music", "own_music", "silence"], {
      default: "music",
      title: "While waiting",
      ...es("Mientras espera"),
    }),
    waitMusicUrl: Type.Optional(
      Type.String({
        title: "Own music",
        description: "Address of an MP3 or WAV, played over and over.",
        ...es("Música propia", "Dirección de un MP3 o WAV, que se repite."),
      }),
    ),
    maxParticipants: Type.Integer({
      default: 250,
      minimum: 1,
      maximum: 250,
      title: "People at most",
      ...es("Personas como máximo"),
    }),
    record: Type.Boolean({ default: false, title: "Record", ...es("Grabar") }),
    trim: Type.Boolean({ default: true, title: "Cut silence off", ...es("Quitar silencios") }),
    region: Type.Optional(
      Type.Enum(["us1", "us2", "ie1", "sg1", "br1", "au1", "jp1", "de1"], {
        title: "Mixed in",
        ...es("Se mezcla en"),
      }),
    ),
    jitterBufferSize: Type.Enum(["large", "medium", "small", "off"], {
      default: "large",
      title: "Jitter buffer",
      ...es("Búfer de fluctuación"),
    }),
    statusUrl: Type.Optional(
      Type.String({
        title: "Tell what happens",
        description: "A system of yours that is told who comes and goes.",
        ...es("Avisar de lo que pasa", "Una aplicación suya que recibe quién entra y sale."),
      }),
    ),
    statusEvents: Type.Array(
      Type.Enum(["start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"]),
      {
        default: ["start", "end", "join", "leave"],
        uniqueItems: true,
        title: "Told about",
        ...es("Avisos"),
      },
    ),
    recordingStatusUrl: Type.Optional(
      Type.String({
        title: "Tell when the recording is ready",
        ...es("Avisar cuando esté la grabación"),
      }),
    ),
  },
  {
    additionalProperties: false,
    title: "In the conference",
    "x-group": "advanced",
    ...es("En la conferencia"),
  },
);
export type ConferenceParams = Static<typeof ConferenceSchema>;

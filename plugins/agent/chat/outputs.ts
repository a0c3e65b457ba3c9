import { type JsonObject, type Static, Type } from "../../../engine/plugin-api.ts";
import { type Redaction, redact, redactAll } from "../privacy/redact.ts";
import { es } from "../spanish.ts";
import type { Entry } from "../turn/state.ts";
import type { ChatMemory } from "./memory.ts";

const nullableText = (title: string, spanish: string) =>
  Type.Union([Type.String(), Type.Null()], { title, ...es(spanish) });

export const ChatOutput = Type.Object({
  reason: Type.String({
    title: "Why it ended",
    description: "ended, idle, asked_for_person, transferred, agent_failed, budget …",
    ...es("Por qué terminó", "ended, idle, asked_for_person, transferred, agent_failed, budget …"),
  }),
  summary: Type.String({ title: "Summary", ...es("Resumen") }),
  target: nullableText("Team", "Equipo"),
  lastMessage: Type.String({ title: "What was answered last", ...es("Lo último que se respondió") }),
  transcript: Type.Array(Type.Object({ who: Type.Enum(["person", "agent"]), text: Type.String() }), {
    title: "Conversation",
    ...es("Conversación"),
  }),
  tools: Type.Array(Type.Object({ name: Type.String(), arguments: Type.String(), result: Type.String() }), {
    title: "What it did",
    ...es("Lo que hizo"),
  }),
  sources: Type.Array(
    Type.Object({ documentId: Type.String(), title: Type.String(), position: Type.Integer() }),
    {
      title: "Sources",
      description: "Passages of your documents it was given.",
      ...es("Fuentes", "Fragmentos de sus documentos que se le dieron."),
    },
  ),
  notes: Type.Record(Type.String(), Type.Unknown(), {
    title: "Notes",
    description: "A message it took, for example.",
    ...es("Notas", "Un recado que tomó, por ejemplo."),
  }),
  turns: Type.Integer({ title: "Turns", ...es("Turnos") }),
  tokens: Type.Integer({ title: "Tokens", ...es("Tokens") }),
});
export type ChatOutput = Static<typeof ChatOutput>;

const LAST_ENTRIES = 60;

/** What later steps, and people reading the run, know of a conversation. What is private is marked; what it noted is not. */
export function outputOf(
  { talk, cited }: Pick<ChatMemory, "talk" | "cited">,
  exit: { readonly reason: string; readonly data: JsonObject },
  redaction: Redaction,
): ChatOutput {
  const { summary = "", target = null } = exit.data;
  const transcript = redactAll(talk.history.slice(-LAST_ENTRIES).flatMap(spokenIn), redaction);
  return {
    reason: exit.reason,
    summary: redact(String(summary), redaction) || wordsOf(transcript),
    target: typeof target === "string" ? target : null,
    lastMessage: transcript.findLast(({ who }) => who === "agent")?.text ?? "",
    transcript,
    tools: redactAll(toolsIn(talk.history), redaction),
    sources: cited.map((one) => ({ ...one })),
    notes: { ...talk.notes },
    turns: talk.spent.turns,
    tokens: talk.spent.promptTokens + talk.spent.completionTokens,
  };
}

function spokenIn(entry: Entry): ChatOutput["transcript"] {
  if (entry.role !== "person" && entry.role !== "agent") return [];
  return [{ who: entry.role, text: entry.text }];
}

/** For whoever takes over without a summary of the model's: what the person said. */
function wordsOf(transcript: ChatOutput["transcript"]): string {
  const said = transcript.flatMap(({ who, text }) => (who === "person" ? [text] : []));
  return said.join(" / ").slice(-600);
}

function toolsIn(history: readonly Entry[]): ChatOutput["tools"] {
  const results = new Map(
    history.flatMap((entry) => (entry.role === "result" ? [[entry.callId, entry.text] as const] : [])),
  );
  return history.flatMap((entry) =>
    entry.role === "calls"
      ? entry.calls.map(({ id, name, arguments: values }) => ({
          name,
          arguments: values,
          result: (results.get(id) ?? "").slice(0, 500),
        }))
      : [],
  );
}

/** What the browser's own voice can do; nothing where it has none. */
const synthesis = typeof window === "undefined" ? undefined : window.speechSynthesis;

/** Says a prompt after those before it, in its language. */
export function speak(text: string, language: string | null): void {
  if (!synthesis) return;
  const utterance = new SpeechSynthesisUtterance(text);
  if (language !== null) {
    utterance.lang = language;
    const voice = synthesis
      .getVoices()
      .find(({ lang }) => lang.replace("_", "-").startsWith(language.slice(0, 2)));
    if (voice) utterance.voice = voice;
  }
  synthesis.speak(utterance);
}

/** Stops in the middle of a word: somebody pressed a key, or hung up. */
export function hush(): void {
  synthesis?.cancel();
}

interface Recognition {
  lang: string;
  interimResults: boolean;
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  stop(): void;
}

type RecognitionClass = new () => Recognition;

function recognitionClass(): RecognitionClass | null {
  const { SpeechRecognition, webkitSpeechRecognition } = window as unknown as Record<
    string,
    RecognitionClass | undefined
  >;
  return SpeechRecognition ?? webkitSpeechRecognition ?? null;
}

export function canListen(): boolean {
  return recognitionClass() !== null;
}

/** Hears one utterance. @returns what stops it */
export function listen(language: string, heard: (text: string) => void, ended: () => void): () => void {
  const Class = recognitionClass();
  if (!Class) return () => undefined;
  const recognition = new Class();
  recognition.lang = language;
  recognition.interimResults = false;
  recognition.onresult = ({ results }) => heard(results[0]?.[0]?.transcript ?? "");
  recognition.onend = ended;
  recognition.start();
  return () => recognition.stop();
}

import { Button } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { renderPreview } from "../../model/preview.ts";
import { useWords } from "../../words/words.ts";
import { useForm } from "../fields/form.tsx";
import type { Path } from "../form/read-schema.ts";
import { useLanguageOf } from "../widgets/text-widget.tsx";
import { panelWords } from "../words.ts";
import { spokenText } from "./spoken-text.ts";

/** What somebody on the phone hears: its words, and the browser reading them. */
export function SpokenPreview({ template, path }: { readonly template: string; readonly path: Path }) {
  const words = useWords(panelWords);
  const { sample } = useForm();
  const language = useLanguageOf(path);
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => () => window.speechSynthesis?.cancel(), []);
  if (template.trim() === "") return null;
  const { text } = renderPreview(template, sample);
  const spoken = spokenText(text);
  const canSpeak = "speechSynthesis" in window;
  const play = () => {
    window.speechSynthesis.cancel();
    if (isPlaying) return setPlaying(false);
    const utterance = new SpeechSynthesisUtterance(spoken);
    utterance.lang = language;
    utterance.onend = () => setPlaying(false);
    utterance.onerror = () => setPlaying(false);
    window.speechSynthesis.speak(utterance);
    setPlaying(true);
  };
  return (
    <div className="spoken-preview">
      <Button
        size="compact-sm"
        variant="light"
        disabled={!canSpeak}
        title={canSpeak ? undefined : words.noSpeech}
        leftSection={isPlaying ? <IconPlayerStop size={14} /> : <IconPlayerPlay size={14} />}
        onClick={play}
      >
        {isPlaying ? words.stopPlaying : words.play}
      </Button>
      <span className="spoken-language">{language}</span>
      {template !== spoken && <p className="spoken-words">«{spoken}»</p>}
    </div>
  );
}

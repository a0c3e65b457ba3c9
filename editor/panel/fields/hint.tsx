import { Fragment } from "react";
import { portWords } from "../../model/port-words.ts";
import { inLocale } from "../../model/words.ts";
import { useLocale } from "../../words/words.ts";
import { choiceLabel } from "../choice-words.ts";
import { choicesOf, itemsOf } from "../form/read-schema.ts";
import { useForm } from "./form.tsx";

/** What a schema says about a parameter; values and ways out it names in backticks are called as the screen calls them. */
export function Hint(props: { readonly name: string; readonly schema: object; readonly text: string }) {
  const { name, schema, text } = props;
  const { type } = useForm();
  const locale = useLocale();
  const choices = choicesOf(schema) ?? choicesOf(itemsOf(schema) ?? {}) ?? [];
  const called = (word: string) => {
    const choice = choices.find((each) => String(each) === word);
    if (choice !== undefined) return <q>{choiceLabel(name, choice, locale)}</q>;
    const port = type?.ports.includes(word) ? portWords(type.type, word) : undefined;
    return port ? <q>{inLocale(port, locale)}</q> : <code>{word}</code>;
  };
  return text.split("`").map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence do not move
    <Fragment key={index}>{index % 2 === 0 ? part : called(part)}</Fragment>
  ));
}

import { mustWithhold } from "../turn/guard.ts";

// The longest thing looked for (ten words of the instructions, or a card number said in groups) fits into so many words.
const LOOKED_AT = 24;
const MARKS = /[*_`#~<>|\\]|\p{Extended_Pictographic}|️/gu;
const ADDRESS = /^\(?(https?:\/\/|www\.)\S+$/i;

/**
 * Makes what a model writes fit to be said, word by word as it comes: without marks, addresses, pictures and thoughts. A voice
 * cannot take a word back, so what nobody may hear is stopped before its last word.
 */
export class Speech {
  readonly #secretText: string;
  #rest = "";
  #said: string[] = [];
  #thinks = false;
  #withheld = false;

  constructor(secretText: string) {
    this.#secretText = secretText;
  }

  /** It carried something nobody may hear: the rest of the answer is not said. */
  get withheld(): boolean {
    return this.#withheld;
  }

  /** Whole words only; the last one waits for its end. */
  take(text: string): string {
    this.#rest += text;
    const end = this.#rest.search(/\S*$/);
    const whole = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end);
    return this.#spoken(whole);
  }

  end(): string {
    const last = this.#rest;
    this.#rest = "";
    return this.#spoken(last);
  }

  #spoken(text: string): string {
    return (text.match(/\s+|\S+/g) ?? []).map((piece) => this.#piece(piece)).join("");
  }

  #piece(piece: string): string {
    if (this.#withheld) return "";
    if (piece.trim() === "") return this.#thinks ? "" : " ";
    const word = this.#outsideThoughts(piece);
    const clean = ADDRESS.test(word) ? "" : word.replaceAll(MARKS, "");
    if (clean === "") return "";
    this.#said = [...this.#said, clean].slice(-LOOKED_AT);
    this.#withheld = mustWithhold(this.#said.join(" "), this.#secretText);
    return this.#withheld ? "" : clean;
  }

  #outsideThoughts(piece: string): string {
    if (!this.#thinks && !piece.includes("<think>")) return piece;
    const [before = ""] = this.#thinks ? [""] : piece.split("<think>", 1);
    const end = piece.indexOf("</think>");
    this.#thinks = end < 0;
    return end < 0 ? before : before + piece.slice(end + "</think>".length);
  }
}

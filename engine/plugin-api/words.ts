/** Words a person reads, in both languages of the house. A missing one is refused at load. */
export interface Text {
  readonly en: string;
  readonly es: string;
}

export type Family = "voice" | "messages" | "ai" | "logic" | "data" | "money";

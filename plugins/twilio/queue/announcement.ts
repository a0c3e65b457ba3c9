/** What Twilio tells of a caller's stay with each request for what they hear. */
export interface QueueFacts {
  /** From 1. */
  readonly position: number;
  readonly size: number;
  /** Seconds this caller has waited. */
  readonly waited: number;
  /** Seconds callers of this queue wait on average; 0: not known. */
  readonly average: number;
}

export interface AnnouncementWish {
  readonly language: string;
  readonly position: boolean;
  readonly wait: boolean;
  /** The author's own words, with {position}, {minutes}, {size} and {waited}. */
  readonly text: string | null;
}

/** The words for one who waits; empty when there is nothing to tell. */
export function announcement(wish: AnnouncementWish, facts: QueueFacts): string {
  const minutes = minutesToCome(facts);
  if (wish.text !== null) return filled(wish.text, facts, minutes);
  const words = wish.language.startsWith("es") ? SPANISH : ENGLISH;
  return [
    wish.position ? words.position(facts.position) : "",
    wish.wait && minutes > 0 ? words.wait(minutes) : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** What is left of the average; 0 while there is none. One who waits longer than that is told a minute. */
function minutesToCome({ average, waited }: QueueFacts): number {
  return average <= 0 ? 0 : Math.max(1, Math.ceil((average - waited) / 60));
}

function filled(text: string, facts: QueueFacts, minutes: number): string {
  const values = {
    position: facts.position,
    minutes: Math.max(minutes, 1),
    size: facts.size,
    waited: Math.floor(facts.waited / 60),
  };
  return text.replaceAll(/\{(position|minutes|size|waited)\}/g, (_, name: keyof typeof values) =>
    String(values[name]),
  );
}

const SPANISH = {
  position: (position: number) =>
    position === 1
      ? "Usted es la siguiente persona en la cola."
      : `Usted ocupa el lugar ${position} de la cola.`,
  wait: (minutes: number) =>
    minutes === 1
      ? "El tiempo estimado de espera es de un minuto."
      : `El tiempo estimado de espera es de ${minutes} minutos.`,
};

const ENGLISH = {
  position: (position: number) =>
    position === 1 ? "You are next in line." : `You are number ${position} in line.`,
  wait: (minutes: number) =>
    minutes === 1
      ? "The estimated waiting time is one minute."
      : `The estimated waiting time is ${minutes} minutes.`,
};

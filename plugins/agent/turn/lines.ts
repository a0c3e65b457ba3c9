/** Sentences of our own, for when there is nobody else to say something. */
export interface Lines {
  readonly sorry: string;
  readonly cutOff: string;
  readonly transfer: string;
  readonly goodbye: string;
  readonly budget: string;
  readonly stillThere: string;
  readonly noInput: string;
  readonly withheld: string;
  /** Said while a tool takes its time. */
  readonly filler: string;
  readBack(does: string, values: readonly (readonly [string, string])[]): string;
}

const SPANISH: Lines = {
  sorry: "Disculpe, ahora mismo no puedo responder a eso. ¿Me lo puede repetir?",
  cutOff: "Disculpe, se cortó. ¿Me lo puede repetir?",
  transfer: "Le paso con una persona del equipo. Un momento, por favor.",
  goodbye: "Gracias por contactarnos. ¡Hasta pronto!",
  budget: "Hemos llegado al máximo de esta conversación. Una persona del equipo seguirá con usted.",
  stillThere: "¿Sigue ahí?",
  noInput: "Como no le oigo, terminamos aquí. ¡Hasta pronto!",
  withheld: "Eso no se lo puedo decir. ¿Le ayudo con otra cosa?",
  filler: "Un momento, por favor.",
  readBack: (does, values) => `Voy a ${does}${listed(values)}. ¿Lo confirma?`,
};

const ENGLISH: Lines = {
  sorry: "Sorry, I cannot answer that right now. Could you say it again?",
  cutOff: "Sorry, that was cut off. Could you say it again?",
  transfer: "I am passing you to a person of our team. One moment, please.",
  goodbye: "Thank you for contacting us. Goodbye!",
  budget: "This conversation has reached its limit. A person of our team will go on with you.",
  stillThere: "Are you still there?",
  noInput: "I cannot hear you, so we end here. Goodbye!",
  withheld: "I cannot tell you that. Can I help you with something else?",
  filler: "One moment, please.",
  readBack: (does, values) => `I am going to ${does}${listed(values)}. Do you confirm?`,
};

function listed(values: readonly (readonly [string, string])[]): string {
  return values.length === 0 ? "" : `: ${values.map(([name, value]) => `${name} ${value}`).join(", ")}`;
}

/** By the language's first letters; Spanish where it is none we know. */
export function linesOf(language: string): Lines {
  return /^en(-|_|$)/i.test(language) ? ENGLISH : SPANISH;
}

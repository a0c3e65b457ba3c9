import type { PhoneInput } from "./callees.ts";
import type { Wants } from "./person-line.ts";
import type { PlayContext } from "./play-step.ts";

/** What the person on the phone does now: as their script says, else as somebody decides who plays them. */
export async function nextInput({ world, session }: PlayContext, wants: Wants): Promise<PhoneInput> {
  const scripted = session.inputs.shift();
  if (scripted !== undefined) return scripted;
  return world.person ? world.person.asks(session, wants) : "silence";
}

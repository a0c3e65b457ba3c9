import { advance, type CallSession } from "../call-session.ts";
import { hearSpeech } from "../live-transcriptions.ts";
import type { World } from "../world.ts";
import type { Conversation } from "./conversation.ts";
import { playTalk } from "./talk-script.ts";

/**
 * Lets the person on the phone talk with an application until one of them ends it, the API sends the call elsewhere, or its time
 * is over: by their script, or as somebody decides who plays them.
 */
export async function holdLine(world: World, session: CallSession, talk: Conversation): Promise<void> {
  const { clock, conversations } = world;
  const since = clock.now();
  let isOver = talk.isOver();
  const stop = talk.listen(({ kind }) => {
    if (kind === "over") isOver = true;
  });
  const endings = [stop, clock.after((session.endsAt - session.seconds) * 1_000, talk.hangsUp)];
  conversations.set(session.sid, talk);
  endings.push(caption(world, session, talk), personOrScript(world, session, talk));
  try {
    while (!isOver && session.redirect === null) {
      await world.work.pace();
      // Over the API, or from where the call was begun.
      if (session.hungUp && !isOver) talk.hangsUp();
    }
  } finally {
    for (const end of endings) end();
    if (!isOver) talk.leaves();
    conversations.delete(session.sid);
    advance(session, (clock.now() - since) / 1_000);
    session.trace.spoken.push(...talk.heard);
  }
}

/** What is heard, as it comes. */
function caption({ person }: World, session: CallSession, talk: Conversation): () => void {
  if (!person) return () => {};
  return talk.listen((event) => {
    if (event.kind === "heard")
      person.hears(session, { text: event.whole, language: null, voice: null, utterance: event.utterance });
    if (event.kind === "silent") person.listens(session);
  });
}

function personOrScript(world: World, session: CallSession, talk: Conversation): () => void {
  const does = {
    says(text: string) {
      session.trace.gathered.push(text);
      hearSpeech(world, session, text);
      talk.says(text);
    },
    presses(keys: string) {
      session.trace.gathered.push(keys);
      talk.presses(keys);
    },
    hangsUp: talk.hangsUp,
  };
  if (session.hand) return session.hand(talk, does);
  if (session.talk !== null) return playTalk(session, talk, does, world.clock);
  return world.person ? world.person.converses(session, does) : () => {};
}

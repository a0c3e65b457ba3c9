/** Who has which flow open, and whose edits count. */
import type { LiveTopic, Present } from "../../core/live.ts";

type FlowTopic = Extract<LiveTopic, `flow:${string}`>;

export interface Here {
  readonly id: string;
  readonly name: string;
  readonly editing: boolean;
  readonly selection: readonly string[];
}

export interface Presence {
  say(tenantId: string, topic: FlowTopic, here: Here): void;
  leave(tenantId: string, topic: FlowTopic, id: string): void;
  /** As `present` says it. */
  at(
    tenantId: string,
    topic: FlowTopic,
  ): { readonly people: readonly Present[]; readonly lock: string | null };
  /** Forgets those who have not said for long that they are there. */
  tidy(): void;
}

const FORGOTTEN_MS = 45_000;

interface Room {
  readonly tenantId: string;
  readonly topic: FlowTopic;
  /** In the order they came. */
  readonly people: Map<string, Present & { readonly saidAt: number }>;
  lock: string | null;
}

/** `changed` is called with every change that others would see. */
export function createPresence(changed: (tenantId: string, topic: FlowTopic) => void): Presence {
  const rooms = new Map<string, Room>();
  const roomOf = (tenantId: string, topic: FlowTopic) => rooms.get(`${tenantId} ${topic}`);
  const remove = (room: Room, id: string) => {
    if (!room.people.delete(id)) return;
    if (room.lock === id) room.lock = nextEditor(room);
    if (room.people.size === 0) rooms.delete(`${room.tenantId} ${room.topic}`);
    changed(room.tenantId, room.topic);
  };
  return {
    say(tenantId, topic, here) {
      const room = roomOf(tenantId, topic) ?? { tenantId, topic, people: new Map(), lock: null };
      rooms.set(`${tenantId} ${topic}`, room);
      const before = room.people.get(here.id);
      const lock = room.lock;
      const since = before?.since ?? new Date().toISOString();
      room.people.set(here.id, { ...here, since, saidAt: performance.now() });
      room.lock = lockAfter(room, here, before);
      if (!before || lock !== room.lock || differs(before, here)) changed(tenantId, topic);
    },
    leave(tenantId, topic, id) {
      const room = roomOf(tenantId, topic);
      if (room) remove(room, id);
    },
    at(tenantId, topic) {
      const room = roomOf(tenantId, topic);
      const people = [...(room?.people.values() ?? [])].map(({ saidAt: _saidAt, ...person }) => person);
      return { people, lock: room?.lock ?? null };
    },
    tidy() {
      const oldest = performance.now() - FORGOTTEN_MS;
      for (const room of rooms.values())
        for (const { id, saidAt } of [...room.people.values()]) if (saidAt < oldest) remove(room, id);
    },
  };
}

/** The first to come may edit; somebody who looked on takes over by saying they edit, and gives it up by saying they do not. */
function lockAfter(room: Room, here: Here, before: Present | undefined): string | null {
  if (!here.editing) return room.lock === here.id ? nextEditor(room) : room.lock;
  const takesOver = before !== undefined && !before.editing;
  return room.lock === null || takesOver ? here.id : room.lock;
}

function nextEditor({ people }: Room): string | null {
  return [...people.values()].find(({ editing }) => editing)?.id ?? null;
}

function differs(before: Present, here: Here): boolean {
  return (
    before.editing !== here.editing ||
    before.name !== here.name ||
    before.selection.join(" ") !== here.selection.join(" ")
  );
}

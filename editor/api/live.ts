import { useEffect, useEffectEvent } from "react";
import { create } from "zustand";
import type { LiveMessage, LiveRequest, LiveTopic } from "../../engine/core/live.ts";

type Listener = (message: LiveMessage) => void;

/** Whether the server can be reached, as the screen shows it. */
export const useConnection = create<{ readonly online: boolean }>(() => ({ online: true }));

const RETRY_MS = [500, 1000, 2000, 5000, 10_000] as const;

/** One WebSocket for the whole screen; it opens with the first topic and comes back by itself. */
class Live {
  #socket: WebSocket | null = null;
  #tries = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Map<LiveTopic, Set<Listener>>();

  subscribe(topic: LiveTopic, listener: Listener): () => void {
    const others = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, others.add(listener));
    if (others.size === 1) this.send({ kind: "subscribe", topic });
    if (!this.#socket) this.#open();
    return () => this.#unsubscribe(topic, listener);
  }

  /** Lost where there is no connection: what matters is said again when there is one. */
  send(request: LiveRequest): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
  }

  #unsubscribe(topic: LiveTopic, listener: Listener): void {
    const others = this.#listeners.get(topic);
    others?.delete(listener);
    if (others?.size !== 0) return;
    this.#listeners.delete(topic);
    this.send({ kind: "unsubscribe", topic });
  }

  #open(): void {
    clearTimeout(this.#retry);
    const address = new URL("/ws", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#tries = 0;
      useConnection.setState({ online: true });
      for (const topic of this.#listeners.keys()) this.send({ kind: "subscribe", topic });
    });
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data)) as LiveMessage));
    socket.addEventListener("close", () => this.#lost());
  }

  /** A closed socket is no proof: a proxy on the way may let none through where everything else works. */
  async #look(): Promise<void> {
    const online = await fetch("/healthz", { cache: "no-store" }).then(
      () => true,
      () => false,
    );
    useConnection.setState({ online });
  }

  #hear(message: LiveMessage): void {
    for (const listener of this.#listeners.get(message.topic) ?? []) listener(message);
  }

  #lost(): void {
    this.#socket = null;
    if (this.#listeners.size === 0) return;
    if (this.#tries > 0) void this.#look();
    const wait = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)];
    this.#tries += 1;
    this.#retry = setTimeout(() => this.#open(), wait);
  }
}

export const live = new Live();

/** Hears what happens on a topic while the component is on the screen; null hears nothing. */
export function useLive(topic: LiveTopic | null, listener: Listener): void {
  const hear = useEffectEvent(listener);
  useEffect(() => (topic === null ? undefined : live.subscribe(topic, (message) => hear(message))), [topic]);
}

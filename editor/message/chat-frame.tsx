import type { ReactNode } from "react";
import "./message.css";

/** The piece of a phone's screen that previews are shown on. */
export function ChatFrame(props: {
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}) {
  return (
    <section className="chat">
      <div className="chat-title">{props.title}</div>
      <div className="chat-screen">{props.children}</div>
      {props.foot && <div className="chat-foot">{props.foot}</div>}
    </section>
  );
}

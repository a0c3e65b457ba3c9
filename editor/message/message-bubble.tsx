import {
  IconArrowBackUp,
  IconCopy,
  IconExternalLink,
  IconFile,
  IconList,
  IconMapPin,
  IconPhone,
  IconPhoto,
  IconPlayerPlay,
  IconVolume,
} from "@tabler/icons-react";
import { useWords } from "../words/words.ts";
import type { Header, Message, MessageButton } from "./message.ts";
import { type Run, whatsappRuns } from "./whatsapp-marks.ts";
import { messageWords } from "./words.ts";
import "./message.css";

const HEADER_ICONS = {
  image: IconPhoto,
  video: IconPlayerPlay,
  document: IconFile,
  audio: IconVolume,
  location: IconMapPin,
} as const;

const BUTTON_ICONS = {
  reply: IconArrowBackUp,
  url: IconExternalLink,
  phone: IconPhone,
  copy: IconCopy,
} as const;

/** One message as the phone of whoever gets it shows it. */
export function MessageBubble({
  message,
  channel,
}: {
  readonly message: Message;
  readonly channel: "whatsapp" | "sms";
}) {
  const words = useWords(messageWords);
  const { header, body, footer, buttons, list } = message;
  return (
    <div className="bubble" data-channel={channel}>
      <div className="bubble-main">
        {header && <BubbleHeader header={header} />}
        {body.trim() === "" && !header ? (
          <em className="bubble-empty">{words.nothingYet}</em>
        ) : (
          <p className="bubble-body">{channel === "whatsapp" ? whatsappRuns(body).map(drawRun) : body}</p>
        )}
        {footer !== "" && <p className="bubble-footer">{footer}</p>}
      </div>
      {buttons.map((button, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two buttons may say the same
        <BubbleButton key={index} button={button} />
      ))}
      {list && (
        <>
          <div className="bubble-button">
            <IconList size={15} aria-hidden="true" />
            {list.label === "" ? words.seeOptions : list.label}
          </div>
          <ul className="bubble-list">
            {list.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two rows may say the same
              <li key={index}>
                <span>{row.text}</span>
                {row.detail !== "" && <span className="bubble-detail">{row.detail}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function BubbleHeader({ header }: { readonly header: Header }) {
  const words = useWords(messageWords);
  if (header.kind === "text") return <p className="bubble-heading">{header.text}</p>;
  const Icon = HEADER_ICONS[header.kind];
  return (
    <div className="bubble-media">
      <Icon size={24} stroke={1.5} aria-hidden="true" />
      <span>{header.text === "" ? words.media[header.kind] : header.text}</span>
    </div>
  );
}

function BubbleButton({ button }: { readonly button: MessageButton }) {
  const Icon = BUTTON_ICONS[button.kind];
  return (
    <div className="bubble-button" title={button.detail}>
      <Icon size={15} aria-hidden="true" />
      {button.text}
    </div>
  );
}

function drawRun(run: Run, index: number) {
  switch (run.mark) {
    case "bold":
      return <strong key={index}>{run.text}</strong>;
    case "italic":
      return <em key={index}>{run.text}</em>;
    case "strike":
      return <s key={index}>{run.text}</s>;
    case "mono":
      return <code key={index}>{run.text}</code>;
    case null:
      return run.text;
  }
}

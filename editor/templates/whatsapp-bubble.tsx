import "./whatsapp-bubble.css";
import {
  IconFile,
  IconMapPin,
  IconMessageReply,
  IconPhone,
  IconPhoto,
  IconVideo,
  IconWorldWww,
} from "@tabler/icons-react";
import { useWords } from "../words/words.ts";
import { filled } from "./fill-gaps.ts";
import type { Template } from "./template-status.tsx";
import { templatesWords } from "./words.ts";

type Words = Pick<Template, "content" | "variables" | "category">;

/** A template as it will be seen on a phone, its gaps filled with the examples. */
export function WhatsappBubble({ template }: { readonly template: Words }) {
  const words = useWords(templatesWords);
  const { content, variables, category } = template;
  return (
    <div className="bubble-wall">
      <div className="bubble">
        {content.header && <Header header={content.header} variables={variables} />}
        <p className="bubble-body">{filled(content.body, variables)}</p>
        {category === "authentication" && <p className="bubble-foot">{words.codeText}</p>}
        {content.footer && <p className="bubble-foot">{content.footer}</p>}
      </div>
      {(content.buttons ?? []).map((button, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: buttons are told apart by their place alone
        <div key={index} className="bubble-button">
          <ButtonIcon type={button.type} />
          {"text" in button && button.text ? button.text : button.type}
        </div>
      ))}
    </div>
  );
}

function Header(props: {
  readonly header: NonNullable<Template["content"]["header"]>;
  readonly variables: Template["variables"];
}) {
  const words = useWords(templatesWords);
  const { header, variables } = props;
  if (header.type === "text") return <p className="bubble-head">{filled(header.text, variables)}</p>;
  const [Icon, label] = {
    image: [IconPhoto, words.picture] as const,
    video: [IconVideo, words.video] as const,
    document: [IconFile, words.document] as const,
    location: [IconMapPin, words.location] as const,
  }[header.type];
  return (
    <div className="bubble-media">
      <Icon size={28} aria-hidden="true" />
      {label}
    </div>
  );
}

function ButtonIcon({ type }: { readonly type: string }) {
  const Icon = type === "url" ? IconWorldWww : type === "phone" ? IconPhone : IconMessageReply;
  return <Icon size={16} aria-hidden="true" />;
}

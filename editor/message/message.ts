/** A message as somebody's phone shows it, its templates filled in. */
export interface Message {
  readonly header: Header | null;
  readonly body: string;
  readonly footer: string;
  readonly buttons: readonly MessageButton[];
  /** Lines behind a button, where there are too many for buttons of their own. */
  readonly list: { readonly label: string; readonly rows: readonly MessageButton[] } | null;
}

export interface Header {
  readonly kind: "text" | "image" | "video" | "document" | "audio" | "location";
  readonly text: string;
}

export interface MessageButton {
  readonly kind: "reply" | "url" | "phone" | "copy";
  readonly text: string;
  readonly detail: string;
}

export const EMPTY_MESSAGE: Message = { header: null, body: "", footer: "", buttons: [], list: null };

/** WhatsApp shows this many as buttons. */
export const MOST_BUTTONS = 3;

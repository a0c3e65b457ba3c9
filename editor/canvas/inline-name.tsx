import { type KeyboardEvent, useEffect, useRef } from "react";

/** A name that is being written where it stands: Enter and leaving keep it, Esc does not. */
export function InlineName(props: {
  readonly value: string;
  readonly label: string;
  readonly placeholder?: string;
  /** Null: it stays as it was. */
  readonly onDone: (text: string | null) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => {
    field.current?.select();
  }, []);
  const finish = (text: string | null) => {
    // Closing the field takes its focus away, which would finish a second time.
    if (done.current) return;
    done.current = true;
    props.onDone(text);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation();
    if (event.key === "Enter") finish(event.currentTarget.value.trim());
    if (event.key === "Escape") finish(null);
  };
  return (
    <input
      ref={field}
      className="inline-name nodrag nopan"
      defaultValue={props.value}
      placeholder={props.placeholder}
      aria-label={props.label}
      maxLength={120}
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget.value.trim())}
    />
  );
}

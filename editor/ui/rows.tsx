import "./rows.css";
import type { ReactNode } from "react";
import { Link } from "react-router";

/** Rows under each other, of the same columns; on a phone each row becomes a small card. */
export function Rows(props: {
  readonly columns: string;
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <ul
      className="rows"
      aria-label={props.label}
      style={{ "--columns": props.columns } as React.CSSProperties}
    >
      {props.children}
    </ul>
  );
}

/** One row. Where it leads somewhere its name is the link, and the whole row can be clicked. */
export function Row(props: { readonly children: ReactNode }) {
  return <li className="row">{props.children}</li>;
}

/** What a row is called, and under it what it is about; long text is cut, and shown whole on hover. */
export function RowName(props: {
  readonly name: string;
  readonly text?: ReactNode;
  readonly to?: string;
  readonly onOpen?: () => void;
}) {
  return (
    <div className="row-name">
      {props.to !== undefined && (
        <Link to={props.to} className="row-link" title={props.name}>
          {props.name}
        </Link>
      )}
      {props.onOpen !== undefined && (
        <button type="button" className="row-link" title={props.name} onClick={props.onOpen}>
          {props.name}
        </button>
      )}
      {props.to === undefined && props.onOpen === undefined && (
        <span className="row-link" title={props.name}>
          {props.name}
        </span>
      )}
      {props.text !== undefined && <span className="row-text">{props.text}</span>}
    </div>
  );
}

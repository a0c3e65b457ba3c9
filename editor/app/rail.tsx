import {
  IconBuildingStore,
  IconCoins,
  IconLayoutGrid,
  IconListDetails,
  IconRoute,
  IconSettings,
  IconTemplate,
} from "@tabler/icons-react";
import { NavLink } from "react-router";
import { useWords } from "../words/words.ts";
import { appWords } from "./words.ts";

export const PLACES = [
  { to: "/flows", word: "flows", Icon: IconRoute },
  { to: "/runs", word: "runs", Icon: IconListDetails },
  { to: "/gallery", word: "gallery", Icon: IconLayoutGrid },
  { to: "/templates", word: "templates", Icon: IconTemplate },
  { to: "/stores", word: "stores", Icon: IconBuildingStore },
  { to: "/credits", word: "credits", Icon: IconCoins },
  { to: "/settings", word: "settings", Icon: IconSettings },
] as const;

export function Rail() {
  const words = useWords(appWords);
  return (
    <nav className="frame-rail" aria-label={words.main}>
      {PLACES.map(({ to, word, Icon }) => (
        <NavLink key={to} to={to} className="rail-link">
          <Icon size={20} stroke={1.7} aria-hidden="true" />
          <span className="rail-long">{words[word]}</span>
          <span className="rail-short">{word === "stores" ? words.storesShort : words[word]}</span>
        </NavLink>
      ))}
    </nav>
  );
}

import { Anchor, Button } from "@mantine/core";
import { IconApi, IconMessageCircle, IconPhoneIncoming } from "@tabler/icons-react";
import { Link } from "react-router";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import { useWords } from "../words/words.ts";
import { addStep } from "./add-step.ts";
import { canvasWords } from "./words.ts";

const POINTS = [
  { id: "call", family: "voice", Icon: IconPhoneIncoming, types: ["twilio.incoming-call"] },
  {
    id: "message",
    family: "messages",
    Icon: IconMessageCircle,
    types: ["twilio.incoming-message", "meta.incoming-message"],
  },
  { id: "erp", family: "data", Icon: IconApi, types: ["api.run", "http.webhook"] },
] as const;

const ORIGIN = { kind: "place", x: 0, y: 0 } as const;

/** An empty canvas asks the one question that must be answered first. */
export function StartingPoints() {
  const store = useFlowStore();
  const catalogue = useFlow((state) => state.catalogue);
  const words = useWords(canvasWords).empty;
  return (
    <div className="starting">
      <h2 className="starting-title">{words.title}</h2>
      <p className="starting-text">{words.text}</p>
      <div className="starting-points">
        {POINTS.map(({ id, family, Icon, types }) => {
          const type = types.map((name) => catalogue.get(name)).find((found) => found !== undefined);
          if (!type) return null;
          return (
            <button
              key={id}
              type="button"
              className="starting-point"
              data-family={family}
              onClick={() => addStep(store, type, { target: ORIGIN })}
            >
              <span className="starting-icon">
                <Icon size={30} stroke={1.6} aria-hidden="true" />
              </span>
              <strong>{words[id]}</strong>
              <span>{words[`${id}Text`]}</span>
            </button>
          );
        })}
      </div>
      <div className="starting-more">
        <Button variant="default" onClick={() => store.getState().openPalette(ORIGIN)}>
          {words.other}
        </Button>
        <Anchor component={Link} to="/gallery" size="sm">
          {words.gallery}
        </Anchor>
      </div>
    </div>
  );
}

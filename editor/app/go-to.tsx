import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconRoute, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import { useRead } from "../api/queries.ts";
import { useWords } from "../words/words.ts";
import { PLACES } from "./rail.tsx";
import { appWords } from "./words.ts";

/** Ctrl K: to any page and any flow by name. */
export function GoTo() {
  const words = useWords(appWords);
  const navigate = useNavigate();
  const flows = useRead("listFlows", { query: { limit: 100 } });
  const places = PLACES.map(({ to, word, Icon }) => ({
    id: to,
    label: words[word],
    leftSection: <Icon size={18} aria-hidden="true" />,
    onClick: () => navigate(to),
  }));
  const items = (flows.data?.items ?? []).map(({ key, name }) => ({
    id: `flow:${key}`,
    label: name,
    description: key,
    leftSection: <IconRoute size={18} aria-hidden="true" />,
    onClick: () => navigate(`/flows/${key}`),
  }));
  const actions: SpotlightActionGroupData[] = [
    { group: words.goTo, actions: places },
    { group: words.flows, actions: items },
  ];
  return (
    <Spotlight
      actions={actions}
      shortcut={["mod + K"]}
      limit={12}
      scrollable
      nothingFound={words.nothingFound}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden="true" />,
        placeholder: words.searchPlaceholder,
        "aria-label": words.goTo,
      }}
    />
  );
}

import "./offline-banner.css";
import { IconCloudOff } from "@tabler/icons-react";
import { useSyncExternalStore } from "react";
import { useConnection } from "../api/live.ts";
import { useWords } from "../words/words.ts";
import { appWords } from "./words.ts";

/** Says that the server is out of reach, for as long as it is. It lies over the page, which does not move. */
export function OfflineBanner() {
  const words = useWords(appWords);
  const reached = useConnection(({ online }) => online);
  const hasNetwork = useSyncExternalStore(hearNetwork, () => navigator.onLine);
  const offline = !reached || !hasNetwork;
  return (
    <div role="status" className="offline" hidden={!offline}>
      {offline && (
        <>
          <IconCloudOff size={16} aria-hidden="true" />
          {words.offline}
        </>
      )}
    </div>
  );
}

function hearNetwork(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}

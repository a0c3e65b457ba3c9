import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { identityOf, isLive, spawnOptions } from "./embedded-process.ts";

/** Our place among the processes that use one server. */
export interface Membership {
  /** Ends the membership and tells whether other live processes (or other starts in this one) remain. */
  leave(): Promise<{ othersRemain: boolean }>;
  /** Ends the watchdog. Call it last: until then it stops the server when this process is killed. */
  dismissWatchdog(): void;
}

const POLL_MS = 20;
const STOPPING = "stopping.";

/**
 * Registers this process as a user of the server on `<dataDir>/postgres`: a file `<pid>.<random>` in
 * `<dataDir>/postgres.users`. From then on nobody else stops the server, and a watchdog does when this process ends
 * without leaving. On Windows there is no watchdog: the server runs on and the next start adopts it.
 */
export async function joinUsers(dataDir: string): Promise<Membership> {
  const folder = path.join(dataDir, "postgres.users");
  const name = `${process.pid}.${randomBytes(4).toString("hex")}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path.join(folder, name), identityOf(process.pid) ?? "");
  const dismissWatchdog = process.platform === "win32" ? () => {} : startWatchdog(dataDir, folder, name);
  await watchdogsAtWork(folder);
  return { leave: () => leave(folder, name), dismissWatchdog };
}

async function leave(folder: string, name: string): Promise<{ othersRemain: boolean }> {
  await rm(path.join(folder, name), { force: true });
  let othersRemain = false;
  for (const other of await readdir(folder)) {
    if (other.startsWith(STOPPING)) continue;
    if (await isLiveUser(folder, other)) othersRemain = true;
    else await rm(path.join(folder, other), { force: true });
  }
  return { othersRemain };
}

async function isLiveUser(folder: string, name: string): Promise<boolean> {
  const identity = await readFile(path.join(folder, name), "utf8").catch(() => undefined);
  return identity !== undefined && isLive(Number.parseInt(name, 10), identity);
}

/**
 * Waits until no watchdog is stopping the server. Each side first writes its file and then looks for the other's, so
 * either the watchdog sees us and leaves the server alone, or we see it and wait for the server's end.
 */
async function watchdogsAtWork(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(STOPPING)) continue;
    while (await isLiveWatchdog(folder, name)) await delay(POLL_MS);
    await rm(path.join(folder, name), { force: true });
  }
}

async function isLiveWatchdog(folder: string, name: string): Promise<boolean> {
  const identity = await readFile(path.join(folder, name), "utf8").catch(() => undefined);
  return identity !== undefined && isLive(Number(name.slice(STOPPING.length)), identity.trim());
}

/**
 * `read` ends with success on our word and with failure when the pipe closes because this process is gone. The signal
 * is the one `pg_ctl stop -m fast` sends; pg_ctl itself refuses root, which the watchdog may be.
 */
const WATCHDOG = `
users=$1 own=$2 link=$3
read -r word && exit 0

birth() { # pid: prints its start time where there is /proc, fails when it is dead
  if [ -r /proc/self/stat ]; then
    read -r line 2>/dev/null < "/proc/$1/stat" || return 1
    set -- \${line##*) }
    case $1 in Z | X) return 1 ;; esac
    echo "\${20}"
  else
    kill -0 "$1" 2>/dev/null
  fi
}
command_line() { # pid
  if [ -r /proc/self/stat ]; then tr '\\0' ' ' 2>/dev/null < "/proc/$1/cmdline"; else ps -ww -p "$1" -o args=; fi
}

rm -f "$users/$own"
flag=$users/${STOPPING}$$
birth $$ > "$flag" || exit 0
trap 'rm -f "$flag"' EXIT

for file in "$users"/*; do
  name=\${file##*/}
  case $name in [0-9]*) ;; *) continue ;; esac
  born=
  read -r born 2>/dev/null < "$file"
  if now=$(birth "\${name%%.*}"); then
    [ -z "$born" ] || [ "$born" = "$now" ] && exit 0
  fi
done

cluster=$(cd -P -- "$link" 2>/dev/null && pwd -P) || exit 0
read -r server 2>/dev/null < "$cluster/postmaster.pid" || exit 0
case $(command_line "$server") in *postgres*"$cluster"*) ;; *) exit 0 ;; esac
kill -INT "$server" || exit 0
left=600
while [ $left -gt 0 ] && birth "$server" > /dev/null; do
  left=$((left - 1))
  sleep 0.1 2>/dev/null || sleep 1
done
`;

function startWatchdog(dataDir: string, folder: string, name: string): () => void {
  const child = spawn("sh", ["-c", WATCHDOG, "sh", folder, name, path.join(dataDir, "postgres")], {
    ...spawnOptions(undefined),
    stdio: ["pipe", "ignore", "ignore"],
  });
  const { stdin } = child;
  // Without a shell there is no watchdog; a server left behind is then adopted by the next start.
  child.on("error", () => {});
  stdin.on("error", () => {});
  child.unref();
  if (stdin instanceof Socket) stdin.unref();
  return () => stdin.end("done\n");
}

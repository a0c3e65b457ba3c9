import { Readable } from "node:stream";
import { type Dispatcher, request } from "undici";
import { AppError } from "../errors.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** The answer to a request of the web's `fetch`, as it comes. A redirect is an answer like any other. */
export async function streamedAnswer(asked: Request, dispatcher: Dispatcher): Promise<Response> {
  const bytes = await asked.arrayBuffer();
  const { statusCode, headers, body } = await request(asked.url, {
    dispatcher,
    method: asked.method as Dispatcher.HttpMethod,
    headers: Object.fromEntries(asked.headers),
    body: bytes.byteLength === 0 ? null : Buffer.from(bytes),
    signal: asked.signal,
  });
  const hasBody = statusCode !== 204 && statusCode !== 205 && statusCode !== 304;
  return new Response(hasBody ? webStream(limited(body, new URL(asked.url).origin)) : null, {
    status: statusCode,
    headers: webHeaders(headers),
  });
}

/** Read only as far as somebody wants it; whoever stops reading closes the connection. */
function webStream(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  // Node types the web's streams twice.
  return Readable.toWeb(Readable.from(chunks, { objectMode: false })) as unknown as ReadableStream<
    Uint8Array<ArrayBuffer>
  >;
}

async function* limited(body: AsyncIterable<Uint8Array>, origin: string): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BYTES)
      throw new AppError("FETCH_FAILED", `${origin} answered with more than ${MAX_BYTES} bytes`, {
        phase: "sent",
        maxBytes: MAX_BYTES,
      });
    yield chunk;
  }
}

function webHeaders(headers: Dispatcher.ResponseData["headers"]): Headers {
  const found = new Headers();
  for (const [name, value] of Object.entries(headers))
    for (const one of [value ?? ""].flat()) found.append(name, one);
  return found;
}

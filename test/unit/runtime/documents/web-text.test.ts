import { expect, test } from "vitest";
import { webText } from "../../../../engine/runtime/documents/web-text.ts";

const URL = "https://hotel.example/politicas";

/** The page as it would come. */
function page(body: string | Buffer, type = "text/html; charset=utf-8", status = 200) {
  const download = async () => ({
    status,
    headers: { "content-type": type },
    bytes: Buffer.from(body as string),
  });
  return webText(download, URL);
}

test("what people read is kept, by paragraphs, and menus, forms and programs are not", async () => {
  const html = `<html><head><title> Políticas | Hotel </title><style>p{}</style></head><body>
    <nav><a href="/">Inicio</a></nav><main><h1>Cancelación</h1><p>Sin costo hasta
    <b>48 horas</b> antes. <a href="https://x.example">Más</a></p><ul><li>Niños gratis</li></ul>
    <script>alert(1)</script><form><input value="x"><button>Enviar</button></form><p hidden>Oculto</p></main>
    <footer>Pie</footer></body></html>`;
  const { title, text } = await page(html);
  expect(title).toBe("Políticas | Hotel");
  expect(text).toBe("Cancelación\n\nSin costo hasta 48 horas antes. Más\n\n * Niños gratis");
});

test("old pages say in which characters they are written", async () => {
  const latin = Buffer.from('<meta charset="iso-8859-1"><body>Año</body>', "latin1");
  expect((await page(latin, "text/html")).text).toBe("Año");
  expect((await page(Buffer.from("Año", "latin1"), "text/plain; charset=windows-1252")).text).toBe("Año");
});

test.each([
  ["no page", () => page("", "text/html", 404), /answered 404/],
  ["no text", () => page("{}", "application/json"), /it is application\/json; expected/],
  ["nothing to read", () => page("<body><script>x</script></body>"), /no text in it/],
  ["unknown characters", () => page("x", "text/html; charset=klingon"), /klingon/],
])("%s: it says so", async (_, reading, words) => {
  await expect(reading()).rejects.toMatchObject({
    code: "DOCUMENT_UNREADABLE",
    message: expect.stringMatching(words),
  });
});

test("a page of ten thousand things inside of one another is no danger", async () => {
  const { text } = await page(`<body><p>Antes</p>${"<div>".repeat(10_000)}hondo`);
  expect(text).toContain("Antes");
});

// main: begins the page; nothing happens before `begin` is called.

/** What Python gave the page. */
export const given = () => JSON.parse(document.getElementById("payload").textContent);

export function begin() {
  document.title = `${document.title}`;
  given();
}

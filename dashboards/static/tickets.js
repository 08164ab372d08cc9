// The inbox by keyboard and up to date by itself; a sentence that helped before, taken over with one press.
"use strict";

const boxes = () => [...document.querySelectorAll("[data-list] input[name=kies]")];

function here() {
  return document.activeElement.closest("[data-ticket]")?.querySelector("input[name=kies]");
}

function withChosen(selector) {
  const box = here();
  if (box && !boxes().some((one) => one.checked)) box.checked = true;
  go(selector);
}

if (document.querySelector("[data-list]")) {
  keys.x = () => here()?.click();
  keys.a = () => withChosen("[data-accept]");
  keys.o = () => withChosen("[data-hand-over]");
}

for (const button of document.querySelectorAll("[data-fill]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const words = document.getElementById(button.dataset.fill);
    words.value = button.closest("li").querySelector(".said").textContent;
    words.focus();
  });
}

const numbers = (list) => new Set([...list.querySelectorAll("[data-ticket]")].map((row) => row.dataset.ticket));

// What somebody chose stays chosen as long as the ticket is still as they saw it: the value of its box holds its version.
function replaceList(fresh) {
  const list = document.querySelector("[data-list]");
  const before = numbers(list);
  const chosen = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("[data-ticket]")?.dataset.ticket : null;
  list.replaceChildren(...fresh.children);
  for (const box of boxes()) box.checked = chosen.has(box.value);
  if (focused) list.querySelector(`[data-ticket="${focused}"] [data-stop]`)?.focus();
  const added = [...numbers(list)].filter((number) => !before.has(number)).length;
  const news = document.querySelector("[data-news]");
  if (added) news.textContent = added === 1 ? news.dataset.one : news.dataset.more.replace("#", added);
}

async function look() {
  const answer = await fetch(location.pathname + location.search);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-list]");
  if (fresh) replaceList(fresh);
}

const inbox = document.querySelector("[data-events]");
if (inbox && !location.pathname.endsWith("/samen")) {
  let soon;
  const news = new EventSource(inbox.dataset.events);
  news.addEventListener("ticket", () => {
    clearTimeout(soon);
    soon = setTimeout(() => look().catch(() => {}), 300);
  });
  addEventListener("pagehide", () => news.close());
}

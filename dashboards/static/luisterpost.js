// What the pages can do without, and are nicer with: keys, and a button to print.
"use strict";

const stops = () => [...document.querySelectorAll("[data-stop]")];

function step(by) {
  const all = stops();
  if (!all.length) return;
  const focused = document.activeElement;
  const here = all.indexOf(focused.closest("[data-stop]") ?? focused.closest("[data-item]")?.querySelector("[data-stop]"));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "center" });
}

function go(selector) {
  const target = document.querySelector(selector);
  if (!target) return;
  target.closest("details")?.setAttribute("open", "");
  target.focus();
  target.scrollIntoView({ block: "center" });
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  a: () => go("[data-accept]"),
  o: () => go("[data-hand-over]"),
  "?": () => {
    const list = document.querySelector("[data-keys]");
    list?.toggleAttribute("open");
    list?.querySelector("summary").focus();
  },
};

const answers = { 1: "klopt", 2: "anders", 3: "geen", 0: "over" };

function answer(event) {
  const asked = event.target.closest("[data-review] fieldset");
  const chosen = asked?.querySelector(`input[value="${answers[event.key]}"]`);
  chosen?.click();
  chosen?.focus();
  return Boolean(chosen);
}

// On the stand-up a digit chooses what is done with the item that has the focus; Enter then writes it down.
function decide(event) {
  const item = event.target.closest("[data-item]");
  const forms = item?.querySelectorAll("[data-forms] input") ?? [];
  const chosen = /^[1-9]$/.test(event.key) ? forms[event.key - 1] : undefined;
  if (!chosen) return false;
  chosen.closest("details")?.setAttribute("open", "");
  chosen.checked = true;
  chosen.focus();
  return true;
}

for (const select of document.querySelectorAll("[data-chooses]")) {
  select.addEventListener("change", () => {
    const radio = select.closest("fieldset").querySelector(`input[value="${select.dataset.chooses}"]`);
    if (select.value && radio) radio.checked = true;
  });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio]), select, textarea, [contenteditable]");
  const plain = !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plain && ((event.key in answers && answer(event)) || decide(event))) return event.preventDefault();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = "Gekopieerd";
    });
  }
}

// Sent once: a form carries its own key, so that an impatient thumb changes nothing; the second tap is not even sent.
function free(form) {
  delete form.dataset.sending;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once") || event.defaultPrevented) return; // not sent at all: offline, or by htmx
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "yes";
  setTimeout(() => free(form), 15000); // a request that dies quietly must not lock the form for ever
});

// A page that comes back out of the browser's memory was answered already.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("[data-sending]")) free(form);
});

export { free };

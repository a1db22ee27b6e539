// The live feed: server-sent events, resumed after a cut at the last entry seen.
const list = document.querySelector("[data-feed]");

if (list) {
  const light = document.querySelector("[data-live]");
  const MOST = 60;
  let last = list.dataset.after;
  let pause = 1000;

  const say = (on) => {
    light.dataset.live = on ? "on" : "off";
    light.textContent = on ? light.dataset.on : light.dataset.off;
    if (!on || !stale.hidden) refresh();
  };

  const refresh = (() => {
    let timer;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(() => document.body.dispatchEvent(new Event("refresh", { bubbles: true })), 1500);
    };
  })();

  // Numbers that nothing brings up to date any more must not look like those of now. A cable that was pulled out ends
  // no connection: it is the request for them that fails.
  const stale = document.querySelector("[data-stale]");
  const time = () => document.querySelector("[data-clock]").textContent;
  let asOf = time();
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt.id !== "room-stats") return;
    if (detail.successful) asOf = time();
    stale.textContent = stale.dataset.stale.replace("{at}", asOf);
    stale.hidden = detail.successful;
  });
  addEventListener("offline", refresh);
  addEventListener("online", refresh);

  function listen() {
    const address = new URL(list.dataset.feed, location.href);
    if (last) address.searchParams.set("after", last); // a new connection has no Last-Event-ID header of its own
    const source = new EventSource(address);
    source.onopen = () => {
      pause = 1000;
      say(true);
    };
    source.onmessage = (event) => {
      last = event.lastEventId || last;
      if (!event.data || list.querySelector(`[data-id="${event.lastEventId}"]`)) return;
      const box = document.createElement("template");
      box.innerHTML = event.data;
      for (const item of box.content.children) item.classList.add("fresh");
      list.prepend(box.content);
      while (list.children.length > MOST) list.lastElementChild.remove();
      refresh();
      document.dispatchEvent(new CustomEvent("told"));
    };
    source.addEventListener("reset", () => location.reload()); // too much was missed to tell it piece by piece
    source.onerror = () => {
      if (source.readyState === EventSource.CONNECTING) return setTimeout(() => source.readyState !== EventSource.OPEN && say(false), 8000);
      source.close();
      say(false);
      setTimeout(listen, pause);
      pause = Math.min(pause * 2, 30000);
    };
  }
  listen();
}

// htmx where its extensions look for it. A module of its own: imports run in order, statements after all of them.
import htmx from "htmx.org";

window.htmx = htmx;

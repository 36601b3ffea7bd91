/**
 * Offers the way back from what a question points at.
 *
 *   <li id="question-why">… <a href="#history-p3" data-come-back="question-why">See the paragraph</a>
 *   <p id="history-p3">
 *   <template id="come-back"><a href="#main">Back to the question</a></template>
 *
 * A folded part opens when something in it is led to.
 */
const template = document.getElementById("come-back");

function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target?.closest("details:not([open])");
  if (!fold) return;
  fold.open = true;
  target.scrollIntoView();
}

if (template) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-come-back]");
    const target = link?.hash && link.pathname === location.pathname
      && document.getElementById(link.hash.slice(1));
    if (!target) return;
    document.querySelector(".come-back")?.remove();
    target.after(template.content.cloneNode(true));
    const back = document.querySelector(".come-back");
    back.hash = link.dataset.comeBack;
    back.addEventListener("click", () => setTimeout(() => { back.remove(); link.focus(); }));
  });
}
addEventListener("hashchange", unfold);
unfold();

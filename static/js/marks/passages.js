/**
 * The words of a section's text: which of them are selected, and where words are that were marked.
 *
 *   <article class="prose"><p id="history-p1">…<sup class="cite">…</sup></p> <ul>…</ul> …
 *
 * Words are compared without white space and without the numbers of sources, as the server does.
 */
const TEXT = ":scope > :is(p[id]:not(.steps__step), .prose__heading, ul:not(.steps), ol:not(.steps), blockquote, .table-wrap)";
const LONGEST = 2000; // characters of a passage, as the server holds them

const blocksOf = (article) => [...article.querySelectorAll(TEXT)];

function* textsIn(block) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(".cite")) yield walker.currentNode;
  }
}

function wordsIn(block, range) {
  let words = "";
  for (const text of textsIn(block)) {
    if (!range.intersectsNode(text)) continue;
    const from = text === range.startContainer ? range.startOffset : 0;
    const to = text === range.endContainer ? range.endOffset : text.length;
    words += text.data.slice(from, to);
  }
  return words;
}

/** The selected words as {quote, paragraph, block, range}; null if none of the text is selected. */
export function selectedIn(article) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const blocks = blocksOf(article);
  const chosen = blocks.filter((block) => range.intersectsNode(block) && wordsIn(block, range).trim());
  const isInside = article.contains(range.startContainer) && article.contains(range.endContainer);
  if (!chosen.length || !isInside) return null;
  const words = chosen.map((block) => wordsIn(block, range)).join(" ").replace(/\s+/g, " ").trim();
  const before = blocks.slice(0, blocks.indexOf(chosen[0]) + 1).filter((block) => block.id);
  return {
    quote: [...words].slice(0, LONGEST).join("").trim(),
    paragraph: before.at(-1)?.id ?? "",
    block: chosen[0],
    range: range.cloneRange(),
  };
}

/** Where the words of a mark are in the text: at its paragraph or after it, or else anywhere. */
export function rangeOf(article, quote, paragraph) {
  const places = [];
  let words = "";
  let start = 0;
  for (const block of blocksOf(article)) {
    if (block.id && block.id === paragraph) start = words.length;
    for (const text of textsIn(block)) {
      for (let at = 0; at < text.length; at += 1) {
        if (!/\s/.test(text.data[at])) {
          words += text.data[at];
          places.push([text, at]);
        }
      }
    }
  }
  const wanted = quote.replace(/\s+/g, "");
  const found = [words.indexOf(wanted, start), words.indexOf(wanted)].find((at) => at >= 0);
  if (!wanted || found === undefined) return null;
  const range = document.createRange();
  range.setStart(...places[found]);
  const [last, at] = places[found + wanted.length - 1];
  range.setEnd(last, at + 1);
  return range;
}

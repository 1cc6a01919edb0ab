const WIDTH = 100;

/** A comment's paragraphs, each wrapped anew: its lines were as long as the file's. Lists and tables stay as they are. */
export function reflow(text: string): string {
  const blocks: string[] = [];
  let isOpen = false;
  for (const line of text.split('\n').map((each) => each.trim())) {
    const goesOn = isOpen && line !== '' && !ownLine.test(line);
    if (goesOn) blocks.push(`${blocks.pop() ?? ''} ${line}`);
    else blocks.push(line);
    isOpen = line !== '' && !fixedLine.test(line);
  }
  return blocks.map((block) => (fixedLine.test(block) ? block : wrap(block))).join('\n');
}

/** Begins a line of its own: an item of a list, a row of a table, a heading, a fence of code. */
const ownLine = /^([-*+•] |\d+[.)] |\||#|```|~~~|[\w.]+:$)/;
/** Nothing is put behind it. */
const fixedLine = /^(\||#|```|~~~)|:$/;

function wrap(text: string): string {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(/\s+/)) {
    if (current !== '' && current.length + word.length >= WIDTH) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current].join('\n');
}

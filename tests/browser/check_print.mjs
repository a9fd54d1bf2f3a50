// A report on paper: A4, pages that are not blank, nothing lost at their edges, figures
// and rows whole, text that can be selected. Wants pdfinfo and pdftotext (poppler).
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const A4 = [594.96, 841.92]; // points
const FEWEST_CHARACTERS = 40; // on a page that is not blank

const poppler = (command, ...args) =>
    execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, stdio: 'pipe' });

const make_pdf = async (page, file) => {
    writeFileSync(file, await page.pdf({
        format: 'A4', preferCSSPageSize: true, printBackground: false, tagged: true }));
    return file;
};

// The text of each page, in the order in which it was painted: cell by cell.
const pages_of = (file) => {
    const pages = poppler('pdftotext', '-raw', '-enc', 'UTF-8', file, '-').split('\f');
    pages.pop();
    return pages;
};
const squeezed = (text) => text.normalize('NFKC').replace(/[\s\u00ad\u200b]+/g, '');

// Sets tiny words, which pdftotext finds again, at both ends of all that is to stay together
// on one page; says what each pair stands for. Runs in the page.
const set_marks = () => {
    const pairs = [];
    const style = 'font: 1px/1 sans-serif; letter-spacing: 0; word-break: keep-all; ' +
        'display: inline-block; color: #000; fill: #000';
    const mark = (element, word) => {
        element.textContent = word;
        element.setAttribute('style', style);
        return element;
    };
    const in_words = (parent, is_last) => (word) =>
        parent[is_last ? 'append' : 'prepend'](mark(document.createElement('span'), word));
    const in_picture = (svg, is_last) => (word) => {
        const text = mark(document.createElementNS('http://www.w3.org/2000/svg', 'text'), word);
        const box = svg.viewBox.baseVal.width ? svg.viewBox.baseVal
            : { x: 0, y: 0, width: svg.clientWidth, height: svg.clientHeight };
        text.setAttribute('x', box.x + box.width / 2);
        text.setAttribute('y', is_last ? box.y + box.height - 4 : box.y + 4);
        svg.append(text);
    };
    const pair = (what, begin, end) => {
        begin(`Q${pairs.length}AZ`);
        end(`Q${pairs.length}EZ`);
        pairs.push(what);
    };
    const shown = (e) =>
        look.is_shown(e) && e.getClientRects().length && !look.is_off_screen(e);

    for (const svg of look.pictures()) {
        const figure = svg.closest('figure');
        const name = look.name_of(figure ?? svg);
        pair(`cut across pages: ${name}`, in_picture(svg, false), in_picture(svg, true));
        const caption = figure?.querySelector('figcaption');
        if (caption)
            pair(`parted from its caption: ${name}`, in_picture(svg, true),
                 in_words(caption, false));
    }
    for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
        // The first words, or the picture, that follow it.
        let next = heading.nextElementSibling;
        while (next && !shown(next))
            next = next.nextElementSibling;
        while (next && !next.matches('p, li, dt, th, td, figcaption, summary, svg') &&
               next.firstElementChild)
            next = [...next.children].find(shown);
        if (next && shown(heading))
            pair(`parted from what it heads: ${look.name_of(heading)}`,
                 in_words(heading, true),
                 next.matches('svg') ? in_picture(next, false) : in_words(next, false));
    }
    for (const row of document.querySelectorAll('tr'))
        if (shown(row) && row.clientHeight < 900)
            pair(`a row cut across pages: ${look.name_of(row)}`,
                 in_words(row.cells[0], false), in_words(row.cells[row.cells.length - 1], true));
    return pairs;
};

// The PDF as a reader prints it, and where the marks stand in one that has them. Both are
// made once a page.
const printed = async (opened) => {
    if (!opened.printed) {
        const { page, report } = opened;
        const file = await make_pdf(page, `${report.work}.pdf`);
        const pairs = await page.evaluate(set_marks);
        const marked = await make_pdf(page, `${report.work}-marked.pdf`);
        opened.printed = { file, pages: pages_of(file), pairs, marked: pages_of(marked) };
    }
    return opened.printed;
};

const check_pages = async (opened) => {
    const { file, pages } = await printed(opened);
    const info = poppler('pdfinfo', file);
    const size = info.match(/^Page size:\s+([\d.]+) x ([\d.]+)/m).slice(1).map(Number);
    const found = [];
    if (A4.some((points, i) => Math.abs(points - size[i]) > 2))
        found.push(`a page of ${size.join(' x ')} points is not A4`);
    const [least, most] = opened.report.pages ?? [1, 60];
    if (pages.length < least || pages.length > most)
        found.push(`${pages.length} pages, not ${least} to ${most}`);
    pages.forEach((text, i) => {
        if (squeezed(text).length < FEWEST_CHARACTERS)
            found.push(`page ${i + 1} is blank, or nearly: '${text.trim()}'`);
    });
    if (!/^Tagged:\s+yes/m.test(info))
        found.push('the PDF is not tagged');
    return found;
};

// All that is shown is on the paper as text: the question, and each word.
const check_words = async (opened) => {
    const { pages } = await printed(opened);
    const paper = squeezed(pages.join(' '));
    const { question } = opened.report;
    const found = [];
    if (question && !paper.includes(squeezed(question)))
        found.push(`the question is not in the PDF's text: '${question}'`);
    const lost = [...new Set(opened.words)].filter((word) => !paper.includes(squeezed(word)));
    if (lost.length)
        found.push(`${lost.length} words are not on the paper: ` + lost.slice(0, 12).join(' '));
    return found;
};

const check_whole = async (opened) => {
    const { pairs, marked } = await printed(opened);
    const place = new Map();
    marked.forEach((text, i) => {
        for (const [, mark] of text.replace(/\s+/g, '').matchAll(/Q(\d+[AE])Z/g))
            place.set(mark, i + 1);
    });
    const found = [];
    pairs.forEach((what, n) => {
        const [begin, end] = [place.get(`${n}A`), place.get(`${n}E`)];
        if (begin === undefined || end === undefined)
            found.push(`not on the paper: ${what}`);
        else if (begin !== end)
            found.push(`pages ${Math.min(begin, end)} and ${Math.max(begin, end)}: ${what}`);
    });
    return found;
};

const in_print = (view) => view.print ?? false;

export const print_checks = [
    { name: 'pages', views: in_print, run: check_pages },
    { name: 'words on paper', views: in_print, run: check_words },
    { name: 'nothing is torn', views: in_print, run: check_whole },
];

// The words that are to be on the paper, read before anything is marked: those of the page
// and of its pictures.
export const read_words = ({ page }) => page.evaluate(() => {
    const words = [];
    for (const element of look.text_elements())
        for (const node of element.childNodes)
            if (node.nodeType === Node.TEXT_NODE)
                words.push(...node.data.trim().split(/\s+/));
    for (const svg of look.pictures())
        for (const text of look.picture_texts(svg))
            words.push(...text.textContent.trim().split(/\s+/));
    return words.filter((word) => /^[\p{L}\p{N}.,%-]+$/u.test(word));
});

// Whether a text can be read: its contrast to what lies beneath it, and, in a picture, that
// no other text or shape lies over it and that none runs out of the picture.

const LONGEST_WORD = 20; // letters of a word that is to fit a line
const TOUCH = 1; // pixels by which two boxes may meet

const check_scheme = ({ page, view }) => page.evaluate((is_dark) => {
    const light = look.luminance(look.painter().ground(document.body) ?? [0.5, 0.5, 0.5, 1]);
    return (is_dark ? light < 0.1 : light > 0.8) ? [] : [`the page's luminance is ${light}`];
}, view.scheme === 'dark' && !view.print);

const check_contrast = ({ page }) => page.evaluate(() => {
    const found = new Set();
    const painter = look.painter();
    for (const element of look.text_elements()) {
        const style = getComputedStyle(element);
        const behind = painter.ground(element);
        if (!behind) {
            found.add(`a picture lies behind ${look.name_of(element)}`);
            continue;
        }
        const ink = look.over(look.colour(style.color), behind, painter.opacity(element));
        const ratio = look.contrast(ink, behind);
        if (ratio < look.least_contrast(parseFloat(style.fontSize), style.fontWeight) - 0.005)
            found.add(`${ratio.toFixed(2)}, ${look.hex(ink)} on ${look.hex(behind)}: ` +
                look.name_of(element));
    }
    return [...found];
});

// In pictures each character is held against the shapes drawn before it, by its middle.
const check_picture_contrast = ({ page }) => page.evaluate(() => {
    const found = new Set();
    const painter = look.painter();
    for (const svg of look.pictures()) {
        const shapes = look.shapes_of(svg);
        const page_colour = painter.ground(svg);
        for (const text of look.picture_texts(svg)) {
            const style = getComputedStyle(text);
            const box = text.getBoundingClientRect();
            const near = shapes.filter((shape) => look.meet(shape.box, box));
            const is_before = (shape) => text.compareDocumentPosition(shape.element) &
                Node.DOCUMENT_POSITION_PRECEDING;
            const least = look.least_contrast(look.size_in_picture(text), style.fontWeight);
            let worst = null;
            for (const point of look.character_points(text)) {
                let behind = page_colour;
                for (const shape of near.filter(is_before))
                    for (const [paint, alpha] of look.paint_at(shape.element, point, painter))
                        behind = behind && paint && look.over(paint, behind, alpha);
                if (!behind) {
                    found.add(`a picture or pattern lies behind ${look.name_of(text)}`);
                    continue;
                }
                const ink = look.over(look.colour(style.fill), behind,
                                      Number(style.fillOpacity) * painter.opacity(text));
                const ratio = look.contrast(ink, behind);
                if (ratio < least - 0.005 && (!worst || ratio < worst.ratio))
                    worst = { ratio, ink, behind };
            }
            if (worst)
                found.add(`${worst.ratio.toFixed(2)}, ${look.hex(worst.ink)} on ` +
                    `${look.hex(worst.behind)}: ${look.name_of(text)}`);
        }
    }
    return [...found];
});

const check_covered = ({ page }) => page.evaluate(() => {
    const found = [];
    const painter = look.painter();
    for (const svg of look.pictures()) {
        const shapes = look.shapes_of(svg);
        for (const text of look.picture_texts(svg)) {
            const box = text.getBoundingClientRect();
            const after = shapes.filter((shape) => look.meet(shape.box, box) &&
                text.compareDocumentPosition(shape.element) & Node.DOCUMENT_POSITION_FOLLOWING);
            const cover = after.find((shape) => look.character_points(text).some((point) =>
                look.paint_at(shape.element, point, painter).some(
                    ([paint, alpha]) => !paint || paint[3] * alpha > 0.25)));
            if (cover)
                found.push(`${look.name_of(text)} lies under a <${cover.element.localName}>`);
        }
    }
    return found;
});

const check_collisions = ({ page }) => page.evaluate((touch) => {
    const found = [];
    for (const svg of look.pictures()) {
        const texts = look.picture_texts(svg).map((element) => ({
            element, box: element.getBoundingClientRect(), corners: look.corners(element) }));
        for (const [i, a] of texts.entries()) {
            for (const b of texts.slice(i + 1)) {
                if (!look.meet(a.box, b.box))
                    continue;
                const depth = look.overlap(a.corners, b.corners);
                if (depth > touch)
                    found.push(`${depth.toFixed(1)} px: ${look.name_of(a.element)} and '` +
                        `${look.short(b.element.textContent)}'`);
            }
        }
    }
    return found;
}, TOUCH);

const check_inside = ({ page }) => page.evaluate((touch) => {
    const found = [];
    for (const svg of look.pictures()) {
        const frame = svg.getBoundingClientRect();
        for (const text of look.picture_texts(svg)) {
            const out = Math.max(...look.corners(text).map((p) => Math.max(
                frame.left - p.x, p.x - frame.right, frame.top - p.y, p.y - frame.bottom)));
            if (out > touch)
                found.push(`${out.toFixed(1)} px out: ${look.name_of(text)}`);
        }
    }
    return found;
}, TOUCH);

// A word that would fit a line is not broken within; code may be, and after a hyphen any.
const check_words_whole = ({ page }) => page.evaluate((longest) => {
    const found = new Map();
    const range = document.createRange();
    for (const element of look.text_elements()) {
        if (element.closest('code, pre'))
            continue;
        for (const node of element.childNodes) {
            if (node.nodeType !== Node.TEXT_NODE)
                continue;
            for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
                if (word.length > longest || !/^[\p{Script=Latin}\d'’.,:;()%+−]+$/u.test(word))
                    continue;
                range.setStart(node, index);
                range.setEnd(node, index + word.length);
                const tops = [...range.getClientRects()].map((rectangle) => rectangle.top);
                if (Math.max(...tops) - Math.min(...tops) > 2)
                    found.set(word, `'${word}' is broken: ${look.name_of(element)}`);
            }
        }
    }
    return [...found.values()];
}, LONGEST_WORD);

// On paper what was to be opened stays closed: a heading may be left with nothing.
const check_headed = ({ page }) => page.evaluate(() => {
    const found = [];
    let heading = null;
    for (const element of [...look.text_elements(), ...look.pictures()].sort((a, b) =>
        (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))) {
        const next = element.closest('h1, h2, h3, h4, h5, h6');
        if (next && heading && next !== heading && next.localName <= heading.localName)
            found.push(`nothing stands under ${look.name_of(heading)}`);
        heading = next;
    }
    if (heading)
        found.push(`nothing stands under ${look.name_of(heading)}`);
    return found;
});

export const text_checks = [
    { name: 'light or dark', views: (view) => !view.print, run: check_scheme },
    { name: 'no word is broken', views: (view) => view.name !== 'dark', run: check_words_whole },
    { name: 'headings head something', views: (view) => view.print, run: check_headed },
    { name: 'contrast', run: check_contrast },
    { name: 'contrast in pictures', run: check_picture_contrast },
    { name: 'no text is covered', views: (view) => view.name === 'light', run: check_covered },
    { name: 'no two texts collide', run: check_collisions },
    { name: 'no text leaves its picture', run: check_inside },
];

// What the checks ask of a page from inside it: colours, places of text, what lies beneath.
// Set into every page before its own content, as `look`; it adds nothing to the document.
globalThis.look = (() => {
    'use strict';

    // --- where and what ------------------------------------------------------------------

    const short = (text, most = 60) => {
        const plain = text.replace(/\s+/g, ' ').trim();
        return plain.length > most ? plain.slice(0, most - 1) + '…' : plain;
    };

    // A place that a person finds: "figure 2, <text> 'Vision'".
    const name_of = (element) => {
        const figure = element.closest('figure');
        const where = figure
            ? `figure ${[...document.querySelectorAll('figure')].indexOf(figure) + 1}, `
            : '';
        const id = element.id ? `#${element.id}` : '';
        const kind = element.getAttribute('class');
        const text = short(element.textContent);
        return `${where}<${element.localName}${id}${kind ? ` class="${kind}"` : ''}> '${text}'`;
    };

    const is_shown = (element) =>
        element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });

    // Text for screen readers alone: cut to nothing, or off the screen until it has focus.
    const is_off_screen = (element) => {
        for (let e = element; e && e !== document.body; e = e.parentElement) {
            const style = getComputedStyle(e);
            const box = e.getBoundingClientRect();
            const is_cut = style.overflow !== 'visible' && box.width <= 1.5 && box.height <= 1.5;
            const is_clipped = style.position === 'absolute' &&
                (style.clip.startsWith('rect(0px, 0px') || /^inset\((50|100)%/.test(style.clipPath));
            const is_away = box.right + scrollX <= 0 || box.bottom + scrollY <= 0;
            if (is_cut || is_clipped || is_away)
                return true;
        }
        return false;
    };

    // The elements that hold visible text themselves, outside of pictures.
    const text_elements = () => {
        const found = new Set();
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const parent = node.parentElement;
            if (node.data.trim() && !found.has(parent) && !parent.closest('svg, script, style') &&
                is_shown(parent) && parent.getClientRects().length && !is_off_screen(parent))
                found.add(parent);
        }
        return [...found];
    };

    const pictures = () => [...document.querySelectorAll('svg')].filter(
        (svg) => !svg.ownerSVGElement && is_shown(svg) && svg.getBoundingClientRect().width);

    const never_drawn = 'defs, clipPath, mask, pattern, symbol, marker, title, desc, metadata';

    // The texts of a picture that are drawn.
    const picture_texts = (svg) => [...svg.querySelectorAll('text')].filter((text) =>
        text.textContent.trim() && !text.closest(never_drawn) && is_shown(text));

    // --- colours -------------------------------------------------------------------------

    // [red, green, blue, alpha], each 0 to 1, of any colour that CSS knows.
    const colours = new Map();
    let canvas = null;
    const colour = (css) => {
        if (!colours.has(css)) {
            canvas ??= new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = '#000';
            canvas.fillStyle = css;
            canvas.fillRect(0, 0, 1, 1);
            colours.set(css, [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255));
        }
        return colours.get(css);
    };
    const over = (top, below, opacity = 1) => {
        const alpha = top[3] * opacity;
        return [0, 1, 2].map((i) => top[i] * alpha + below[i] * (1 - alpha)).concat(1);
    };
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    // WCAG 2.2, "relative luminance" and "contrast ratio".
    const luminance = (c) =>
        0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
    const contrast = (a, b) => {
        const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
        return (high + 0.05) / (low + 0.05);
    };
    const hex = (c) => '#' + c.slice(0, 3)
        .map((v) => Math.round(v * 255).toString(16).padStart(2, '0')).join('');

    // What a browser paints where a page paints nothing.
    const canvas_colour = () => {
        if (matchMedia('print').matches)
            return [1, 1, 1, 1];
        const style = document.documentElement.style;
        const before = style.outlineColor;
        style.outlineColor = 'Canvas';
        const css = getComputedStyle(document.documentElement).outlineColor;
        style.outlineColor = before;
        if (!style.length)
            document.documentElement.removeAttribute('style');
        return colour(css);
    };

    // What lies behind the elements of a page as it is now; it keeps what it has found out.
    const painter = () => {
        const is_print = matchMedia('print').matches;
        const opacities = new Map([[null, 1]]);
        const grounds = new Map([[null, canvas_colour()]]);
        const kept = (map, element, find) => {
            if (!map.has(element))
                map.set(element, find());
            return map.get(element);
        };
        const opacity = (element) => kept(opacities, element, () =>
            Number(getComputedStyle(element).opacity) * opacity(element.parentElement));
        // The colour behind an element; null where a picture lies there. Backgrounds are
        // not printed unless a page insists on it.
        const ground = (element) => kept(grounds, element, () => {
            const below = ground(element.parentElement);
            const style = getComputedStyle(element);
            if (is_print && style.printColorAdjust !== 'exact')
                return below;
            if (style.backgroundImage !== 'none')
                return null;
            const own = colour(style.backgroundColor);
            const alpha = own[3] * opacity(element);
            return alpha === 1 ? own : below && over(own, below, opacity(element));
        });
        return { opacity, ground };
    };

    // AA asks for 4.5, and for 3 of text of 24 pixels, or 18.66 and bold.
    const least_contrast = (size, weight) =>
        size >= 24 || (size >= 18.66 && Number(weight) >= 700) ? 3 : 4.5;

    // --- pictures ------------------------------------------------------------------------

    const at = (x, y, matrix) => new DOMPoint(x, y).matrixTransform(matrix);

    // The corners of a text's box on the screen, in order.
    const corners = (text) => {
        const box = text.getBBox();
        const matrix = text.getScreenCTM();
        return [[0, 0], [1, 0], [1, 1], [0, 1]].map(
            ([i, k]) => at(box.x + i * box.width, box.y + k * box.height, matrix));
    };

    // How far two convex boxes lie in each other: the smallest way to part them; 0 or less
    // where they do not touch (the theorem of separating axes).
    const overlap = (a, b) => {
        let least = Infinity;
        for (const box of [a, b]) {
            for (let i = 0; i < 4; i++) {
                const [p, q] = [box[i], box[(i + 1) % 4]];
                const length = Math.hypot(q.x - p.x, q.y - p.y);
                if (length === 0)
                    continue;
                const along = (c) => (c.x * (p.y - q.y) + c.y * (q.x - p.x)) / length;
                const [from, to] = [a.map(along), b.map(along)];
                least = Math.min(least, Math.max(...from) - Math.min(...to),
                                 Math.max(...to) - Math.min(...from));
            }
        }
        return least;
    };

    const meet = (a, b) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

    // What a shape paints at a point of the screen: an array of [colour, opacity], none
    // where it is not hit. Lines thinner than 3 pixels are no ground for text.
    const paint_at = (shape, point, { opacity }) => {
        const style = getComputedStyle(shape);
        const matrix = shape.getScreenCTM();
        const own = point.matrixTransform(matrix.inverse());
        const width = parseFloat(style.strokeWidth) * Math.sqrt(Math.abs(
            matrix.a * matrix.d - matrix.b * matrix.c));
        const paints = [];
        if (style.fill !== 'none' && shape.isPointInFill(own))
            paints.push([style.fill, Number(style.fillOpacity)]);
        if (style.stroke !== 'none' && width >= 3 && shape.isPointInStroke(own))
            paints.push([style.stroke, Number(style.strokeOpacity)]);
        return paints.map(([css, alpha]) => [
            css.startsWith('url(') ? null : colour(css), alpha * opacity(shape)]);
    };

    const shapes_of = (svg) => [...svg.querySelectorAll('*')]
        .filter((e) => e instanceof SVGGeometryElement && !e.closest(never_drawn) && is_shown(e))
        .map((element) => ({ element, box: element.getBoundingClientRect() }));

    // The middles of a text's characters on the screen.
    const character_points = (text) => {
        const matrix = text.getScreenCTM();
        const points = [];
        for (let i = 0; i < text.getNumberOfChars(); i++) {
            const box = text.getExtentOfChar(i);
            if (box.width > 0)
                points.push(at(box.x + box.width / 2, box.y + box.height / 2, matrix));
        }
        return points;
    };

    // The size of a text on the screen, in CSS pixels.
    const size_in_picture = (text) => {
        const matrix = text.getScreenCTM();
        return parseFloat(getComputedStyle(text).fontSize) *
            Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c));
    };

    return {
        short, name_of, is_shown, is_off_screen, text_elements, pictures, picture_texts,
        colour, over, luminance, contrast, hex, painter, least_contrast,
        corners, overlap, meet, paint_at, shapes_of, character_points, size_in_picture,
    };
})();

// How a report stands on a screen: its width, its scroll regions, the size of its text, and
// what a reader who cannot see it is told.
import { readFileSync } from 'node:fs';
import { NARROWEST, packages } from './browser.mjs';

const SMALLEST_TEXT = 10; // CSS pixels on a phone
const SMALLEST_PRINT = 8; // 6 points on paper

const axe = readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8');

// Once everything; in the dark what colours decide, on the phone what the layout does.
const AXE_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axe_options = (view) => ({
    resultTypes: ['violations'],
    runOnly: view.name === 'dark' ? { type: 'rule', values: ['color-contrast'] } : AXE_RULES,
    rules: view.phone ? { 'color-contrast': { enabled: false } } : {},
});

const check_accessible = async ({ page, view }) => {
    await page.evaluate(axe);
    return page.evaluate(async (options) => {
        const { violations } = await globalThis.axe.run(document, options);
        return violations.flatMap((rule) => rule.nodes.map(
            (node) => `${rule.id}: ${rule.help}: ${look.short(node.html, 120)}`));
    }, axe_options(view));
};

// What is wider than the window, unless a scroll region holds it; and text that is cut.
const too_wide = (page, width) => page.evaluate((expected) => {
    const root = document.documentElement;
    const found = [];
    if (root.clientWidth > expected || root.clientWidth < expected - 20)
        found.push(`the page is laid out ${root.clientWidth} wide, not ${expected}`);
    if (root.scrollWidth > root.clientWidth) {
        const beyond = [...document.body.querySelectorAll('*')].filter((element) =>
            element.getBoundingClientRect().right + scrollX > root.clientWidth + 0.5 &&
            look.is_shown(element) && !element.closest('svg *'));
        const inner = beyond.filter((e) => !beyond.some((other) => e !== other && e.contains(other)));
        found.push(`scrolls sideways: ${root.scrollWidth} in ${root.clientWidth}: ` +
            inner.slice(0, 3).map(look.name_of).join('; '));
    }
    for (const element of document.body.querySelectorAll('*')) {
        if (element.closest('svg') || !look.is_shown(element) || look.is_off_screen(element))
            continue;
        const { overflowX } = getComputedStyle(element);
        if (/hidden|clip/.test(overflowX) && element.scrollWidth > element.clientWidth + 1)
            found.push(`cut at ${element.clientWidth} of ${element.scrollWidth}: ` +
                look.name_of(element));
    }
    return found;
}, width);

const check_width = async ({ page, view }) => {
    const found = await too_wide(page, view.width);
    if (view.phone) {
        const { width, height } = page.viewportSize();
        await page.setViewportSize({ width: NARROWEST, height });
        found.push(...(await too_wide(page, NARROWEST)).map((f) => `at ${NARROWEST}: ${f}`));
        await page.setViewportSize({ width, height });
    }
    return found;
};

// Role, name and description of each element that fits the selector, by the browser's own
// accessibility tree.
const accessible = async ({ page, protocol }, selector) => {
    await protocol.send('DOM.enable');
    const { root } = await protocol.send('DOM.getDocument', { depth: 0 });
    const { nodeIds } = await protocol.send(
        'DOM.querySelectorAll', { nodeId: root.nodeId, selector });
    const places = await page.evaluate(
        (s) => [...document.querySelectorAll(s)].map(look.name_of), selector);
    const found = [];
    for (const [i, nodeId] of nodeIds.entries()) {
        const { nodes } = await protocol.send(
            'Accessibility.getPartialAXTree', { nodeId, fetchRelatives: false });
        const [node] = nodes;
        found.push({
            place: places[i],
            role: node.ignored ? 'none' : node.role?.value,
            name: node.name?.value?.trim() ?? '',
            description: node.description?.value?.trim() ?? '',
            focusable: node.properties?.some((p) => p.name === 'focusable' && p.value.value),
        });
    }
    return found;
};

// A description may be part of the name: aria-labelledby can hold both.
const check_figures = async (opened) => {
    const found = [];
    for (const f of await accessible(opened, 'figure'))
        if (f.role !== 'figure' || !f.name)
            found.push(`${f.place}: role ${f.role}, name '${f.name}'`);
    const inner = await opened.page.evaluate(() => [...document.querySelectorAll('svg')]
        .filter((svg) => !svg.ownerSVGElement && svg.getAttribute('aria-hidden') !== 'true')
        .map((svg) => ({
            title: svg.querySelector(':scope > title')?.textContent.trim(),
            desc: svg.querySelector(':scope > desc')?.textContent.trim(),
            figure: svg.closest('figure') !== null,
        })));
    const drawn = await accessible(opened, 'svg:not(svg svg, [aria-hidden="true"])');
    for (const [i, svg] of drawn.entries()) {
        const { title, desc, figure } = inner[i];
        const is_described = desc && (svg.name.includes(desc) || svg.description.includes(desc));
        if (!/^(img|image|graphics-document)$/i.test(svg.role) || !svg.name)
            found.push(`${svg.place}: role ${svg.role}, name '${svg.name}'`);
        else if (!title || !svg.name.includes(title))
            found.push(`${svg.place}: its name is not its title, '${title}'`);
        else if (!is_described || desc === title)
            found.push(`${svg.place}: description '${svg.description}' of <desc> '${desc}'`);
        if (!figure)
            found.push(`${svg.place}: in no figure`);
    }
    const names = drawn.map((svg) => svg.name);
    for (const name of new Set(names.filter((n, i) => names.indexOf(n) !== i)))
        found.push(`two pictures are called '${name}'`);
    const { figures } = opened.report;
    if (figures !== undefined && drawn.length !== figures)
        found.push(`${drawn.length} pictures, not ${figures}`);
    return found;
};

// What scrolls within the page can be reached by the keyboard and says what it is.
const check_scroll_regions = async (opened) => {
    const scrolling = await opened.page.evaluate(() => {
        let n = 0;
        for (const element of document.body.querySelectorAll('*')) {
            const style = getComputedStyle(element);
            const scrolls = (overflow, size, room) =>
                /auto|scroll/.test(overflow) && size > room + 1;
            element.removeAttribute('data-scrolls');
            if (look.is_shown(element) &&
                (scrolls(style.overflowX, element.scrollWidth, element.clientWidth) ||
                 scrolls(style.overflowY, element.scrollHeight, element.clientHeight)))
                element.setAttribute('data-scrolls', n++);
        }
        return n;
    });
    const found = [];
    if (scrolling)
        for (const e of await accessible(opened, '[data-scrolls]'))
            if (!e.focusable || !e.name || !/region|group|figure/.test(e.role))
                found.push(`${e.place}: ${e.focusable ? '' : 'not '}focusable, role ${e.role}, ` +
                    `name '${e.name}'`);
    await opened.page.evaluate(() => document.querySelectorAll('[data-scrolls]')
        .forEach((element) => element.removeAttribute('data-scrolls')));
    return found;
};

// The first key press reaches a link past the contents, which then shows; each further
// place that takes the focus is on the screen when it has it.
const check_keyboard = async ({ page }) => {
    const found = [];
    await page.evaluate(() => document.activeElement?.blur());
    for (let n = 0; n < 200; n++) {
        await page.keyboard.press('Tab');
        const place = await page.evaluate((is_first) => {
            const element = document.activeElement;
            if (!element || element === document.body)
                return null;
            const box = element.getBoundingClientRect();
            const target = element.matches('a[href^="#"]') &&
                document.getElementById(element.getAttribute('href').slice(1));
            return {
                name: look.name_of(element),
                is_skip: !is_first || Boolean(target?.matches('main')),
                is_seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0 &&
                    box.top < innerHeight && box.left < innerWidth,
            };
        }, n === 0);
        if (!place)
            break;
        if (!place.is_skip)
            found.push(`the first focus is no link past the contents: ${place.name}`);
        if (!place.is_seen)
            found.push(`has the focus and is not on the screen: ${place.name}`);
    }
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
    return found;
};

const check_text_size = ({ page, view }) => page.evaluate((smallest) => {
    // The smallest of each picture.
    const small = new Map();
    const add = (size, element) => {
        const key = element.closest('svg') ?? element;
        if (size < smallest - 0.05 && size < (small.get(key)?.[0] ?? Infinity))
            small.set(key, [size, element]);
    };
    for (const element of look.text_elements())
        add(parseFloat(getComputedStyle(element).fontSize), element);
    for (const svg of look.pictures())
        for (const text of look.picture_texts(svg))
            add(look.size_in_picture(text), text);
    return [...small.values()].map(
        ([size, element]) => `${size.toFixed(1)} px: ${look.name_of(element)}`);
}, view.print ? SMALLEST_PRINT : SMALLEST_TEXT);

const on_screen = (view) => !view.print;

export const layout_checks = [
    { name: 'width', run: check_width },
    { name: 'scroll regions', views: on_screen, run: check_scroll_regions },
    { name: 'keyboard', views: (view) => view.name === 'light', run: check_keyboard },
    { name: 'size of text', views: (view) => view.phone || view.print, run: check_text_size },
    { name: 'names of figures', views: (view) => view.name === 'light', run: check_figures },
    { name: 'axe', views: on_screen, run: check_accessible },
];

// What a report is as a document, whatever it looks like: one file that asks for nothing,
// valid HTML, no script, and strangers' names as they are.
import { statSync } from 'node:fs';
import { packages } from './browser.mjs';

const LARGEST = 1_000_000; // bytes

const { HtmlValidate, StaticConfigLoader } = packages('html-validate');
const validator = new HtmlValidate(new StaticConfigLoader({
    root: true,
    extends: ['html-validate:standard'],
}));

const check_valid = async ({ html }) => {
    const report = await validator.validateString(html);
    return report.results.flatMap((result) => result.messages).map(
        (m) => `line ${m.line}:${m.column}: ${m.message} [${m.ruleId}]`);
};

const check_scripts = ({ page }) => page.evaluate(() => {
    const found = [];
    for (const element of document.querySelectorAll('*')) {
        if (element.localName === 'script')
            found.push(`a script element: ${look.short(element.textContent)}`);
        for (const { name, value } of element.attributes) {
            if (/^on/i.test(name))
                found.push(`${name} of ${look.name_of(element)}`);
            // As a browser reads it: blanks and control characters do not count.
            const address = value.replace(/[\u0000-\u0020]/g, '').toLowerCase();
            if (/^(xlink:)?href$|^src$|^action$|^formaction$|^data$/.test(name) &&
                /^(javascript|vbscript|data:text)/.test(address))
                found.push(`${name}="${value}" of ${look.name_of(element)}`);
        }
    }
    return found;
});

// What could ask for something else, though nothing has asked yet.
const check_one_file = ({ page }) => page.evaluate(() => {
    const found = [];
    const foreign = 'link:not([rel="icon"][href^="data:"]), iframe, frame, object, embed, ' +
        'base, form, meta[http-equiv="refresh" i]';
    for (const element of document.querySelectorAll(foreign))
        found.push(`<${element.localName}>: ${look.short(element.outerHTML)}`);
    for (const element of document.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) {
            const is_loaded = /^(src|srcset|poster|background|data|ping)$/.test(name) ||
                (/^(xlink:)?href$/.test(name) && element.localName !== 'a');
            if (is_loaded && !value.startsWith('#') && !/^data:(image\/|,)/.test(value))
                found.push(`${name}="${look.short(value)}" of ${look.name_of(element)}`);
        }
    }
    const styles = [...document.querySelectorAll('style')].map((s) => s.textContent)
        .concat([...document.querySelectorAll('[style]')].map((e) => e.getAttribute('style')));
    for (const style of styles) {
        for (const [call, address] of style.matchAll(/url\(\s*["']?([^)]*)\)/gi))
            if (!address.startsWith('#') && !address.startsWith('data:'))
                found.push(`style: ${look.short(call)}`);
        if (/@import/i.test(style))
            found.push('style: @import');
    }
    return found;
});

const check_ids = ({ page }) => page.evaluate(() => {
    const found = [];
    const seen = new Set();
    for (const { id } of document.querySelectorAll('[id]')) {
        if (seen.has(id))
            found.push(`id "${id}" stands twice`);
        seen.add(id);
    }
    const lists = ['aria-labelledby', 'aria-describedby', 'aria-controls', 'headers', 'for'];
    for (const element of document.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) {
            const names = lists.includes(name) ? value.split(/\s+/)
                : /^(xlink:)?href$/.test(name) && value.startsWith('#')
                    ? [decodeURIComponent(value.slice(1))]
                : [...value.matchAll(/url\(["']?#([^)"']*)/g)].map((match) => match[1]);
            for (const id of names)
                if (id && !seen.has(id))
                    found.push(`${name} of <${element.localName}> names "${id}": no such id`);
        }
    }
    return [...new Set(found)];
});

const check_headings = ({ page, report }) => page.evaluate((question) => {
    const found = [];
    const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')];
    const firsts = headings.filter((h) => h.localName === 'h1');
    if (firsts.length !== 1 || headings[0] !== firsts[0])
        found.push(`${firsts.length} h1; the first heading is ${headings[0]?.localName}`);
    if (question && look.short(firsts[0]?.textContent ?? '', 999) !== question)
        found.push(`the h1 is not the question: '${firsts[0]?.textContent}'`);
    for (let i = 0; i < headings.length; i++) {
        const level = Number(headings[i].localName[1]);
        const before = i ? Number(headings[i - 1].localName[1]) : 0;
        if (level > before + 1)
            found.push(`${look.name_of(headings[i])} follows an h${before}`);
        if (!headings[i].textContent.trim())
            found.push(`an empty ${headings[i].localName}`);
    }
    return found;
}, report.question);

// Every name stands alone and whole in a cell of a table, and nowhere has become markup.
const check_names = ({ page, report }) => page.evaluate(({ names, injected }) => {
    const found = [];
    const cells = new Set([...document.querySelectorAll('td, th')].map((cell) =>
        look.short(cell.textContent, 999)));
    for (const name of names)
        if (!cells.has(look.short(name, 999)))
            found.push(`no cell of a table holds the name ${JSON.stringify(name)}`);
    if (injected)
        for (const element of document.querySelectorAll(injected))
            found.push(`a name has become markup: ${look.name_of(element)}`);
    return found;
}, { names: report.names ?? [], injected: report.injected });

// A character that turns the direction of writing must not reach beyond its name: what is
// isolated with it is the name alone, whole or cut in the middle, or code as it was written.
const check_direction = ({ page, report }) => page.evaluate((names) => {
    const is_name = (text) => names.some((name) => {
        const [head, tail] = text.split('…');
        return text === name ||
            (tail !== undefined && name.startsWith(head) && name.endsWith(tail));
    });
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!/[\u202a-\u202e\u2066-\u2069]/.test(node.data) ||
            node.parentElement.closest('title, desc, style'))
            continue;
        let isolate = node.parentElement;
        while (isolate.parentElement && isolate.localName !== 'text' &&
               !/isolate|plaintext/.test(getComputedStyle(isolate).unicodeBidi))
            isolate = isolate.parentElement;
        const is_alone = names ? is_name(isolate.textContent.trim())
            : isolate.matches('bdi, text');
        if (!is_alone && !isolate.matches('code, pre'))
            found.add(`turns what stands beside it: ${look.name_of(isolate)}`);
    }
    return [...found];
}, report.names ?? null);

const once = (view) => view.name === 'light';

export const document_checks = [
    { name: 'nothing is said', run: ({ messages }) => messages },
    { name: 'nothing is asked for', run: ({ requests }) => requests },
    { name: 'one file', views: once, run: check_one_file },
    { name: 'under 1 MB', views: once, run: ({ report }) => {
        const { size } = statSync(report.file);
        return size <= LARGEST ? [] : [`${size} bytes`];
    } },
    { name: 'valid HTML', views: once, run: check_valid },
    { name: 'no script', views: once, run: check_scripts },
    { name: 'ids', views: once, run: check_ids },
    { name: 'headings', views: once, run: check_headings },
    { name: 'names are literal', views: once, run: check_names },
    { name: 'direction of writing', views: once, run: check_direction },
];

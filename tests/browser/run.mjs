// Looks at reports through a browser and counts what holds.
//
//   node run.mjs ALLOT [WORK]       the self-test, then the reports that ALLOT writes
//   node run.mjs --page FILE...     these pages alone, whatever wrote them
//
// A test is one check of one page in one view; a line for each page and view, with all that
// was found. The last line is "N passed, M failed"; the exit status is not 0 if anything
// failed or nothing ran.
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launch, open, views } from './browser.mjs';
import { document_checks } from './check_document.mjs';
import { layout_checks } from './check_layout.mjs';
import { print_checks, read_words } from './check_print.mjs';
import { text_checks } from './check_text.mjs';
import { make_report, reports } from './reports.mjs';
import { selftest } from './selftest/selftest.mjs';

// Those of print come last: they set marks into the page.
const checks = [...document_checks, ...layout_checks, ...text_checks, ...print_checks];

const MOST_SHOWN = 12; // findings of one check

// Everything that the checks find in a page in one view: [{ name, findings }].
const look_at = async (browser, report, view, wanted = checks) => {
    const opened = await open(browser, report.file, view);
    try {
        opened.report = report;
        opened.html = readFileSync(report.file, 'utf8');
        if (view.opened)
            await opened.page.evaluate(() => document.querySelectorAll('details')
                .forEach((details) => { details.open = true; }));
        if (view.print)
            opened.words = await read_words(opened);
        const results = [];
        for (const check of wanted) {
            if (check.views && !check.views(view))
                continue;
            try {
                results.push({ name: check.name, findings: await check.run(opened) });
            } catch (error) {
                results.push({ name: check.name, findings: [`the check broke: ${error.stack}`] });
            }
        }
        return results;
    } finally {
        await opened.context.close();
    }
};

const count = { passed: 0, failed: 0 };

// Prints one line, and what was found.
const tell = (name, results, begin) => {
    const bad = results.filter(({ findings }) => findings.length);
    count.passed += results.length - bad.length;
    count.failed += bad.length;
    const seconds = ((Date.now() - begin) / 1000).toFixed(1);
    console.log(`${bad.length ? 'FAIL ' : 'ok   '} ${name.padEnd(32)} ` +
        `${String(results.length - bad.length).padStart(4)} passed` +
        `${bad.length ? `, ${bad.length} failed` : ''}  ${seconds} s`);
    for (const { name: check, findings } of bad) {
        console.log(`      | ${check}: ${findings.length} found`);
        for (const finding of findings.slice(0, MOST_SHOWN))
            console.log(`      |     ${finding.replaceAll('\n', '\n      |     ')}`);
    }
};

// Two pages at a time; each is told when it is done.
const look_at_all = async (browser, jobs) => {
    const next = jobs[Symbol.iterator]();
    const worker = async () => {
        for (const { report, view } of next) {
            const begin = Date.now();
            report.work = path.join(work, `${report.name}-${view.name}`);
            tell(`${report.name}, ${view.name}`, await look_at(browser, report, view), begin);
        }
    };
    await Promise.all([worker(), worker()]);
};

const [first, ...rest] = process.argv.slice(2);
if (!first || (first === '--page' && !rest.length)) {
    console.error('usage: node run.mjs ALLOT [WORK] | --page FILE...');
    process.exit(64);
}
const is_page = first === '--page';
const work = !is_page && rest[0] ? path.resolve(rest[0])
    : mkdtempSync(path.join(tmpdir(), 'allot-browser-'));
mkdirSync(work, { recursive: true });

const browser = await launch();
const pages = [];
if (is_page) {
    for (const file of rest)
        pages.push({ name: path.basename(file, '.html'), file: path.resolve(file) });
} else {
    await selftest({ browser, checks, look_at, tell, work });
    for (const report of reports) {
        const begin = Date.now();
        try {
            pages.push(make_report(report, path.resolve(first), work));
        } catch (error) {
            tell(report.name, [{ name: 'is written', findings: [error.message] }], begin);
        }
    }
}
await look_at_all(browser, pages.flatMap((report) =>
    views.map((view) => ({ report: { ...report }, view }))));
await browser.close();

console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed || !count.passed ? 1 : 0;

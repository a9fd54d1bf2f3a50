// Shows that the checks see: the page without a fault passes all of them, and each damaged
// copy of it fails the check that the damage is for, and no other. Every check has a break.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { views } from '../browser.mjs';
import { breaks } from './breaks.mjs';

const good = readFileSync(new URL('good.html', import.meta.url), 'utf8');

const expected = {
    question: 'Does the test see what is broken?',
    names: ['<b>R&D', '\u202egnp.team'],
    injected: 'b',
    figures: 1,
    pages: [1, 3],
};

const failing = (results) => results.filter(({ findings }) => findings.length);

// One break: what did not go as it should. axe takes longest: it looks only where it is to
// see something.
const try_break = async (harness, { check, view, from, to, also = [] }, n) => {
    const { browser, checks, look_at, work } = harness;
    if (good.split(from).length !== 2)
        return [`'${from}' does not stand once in good.html`];
    const file = path.join(work, `break-${n}.html`);
    writeFileSync(file, good.replace(from, () => to));
    const report = { ...expected, file, work: file.replace('.html', '') };
    const seen = failing(await look_at(
        browser, report, views.find((v) => v.name === (view ?? 'light')),
        checks.filter(({ name }) => name !== 'axe' || check === name || also.includes(name))));
    const findings = [];
    if (!seen.some(({ name }) => name === check))
        findings.push('it was not seen');
    for (const { name, findings: [first] } of seen)
        if (name !== check && !also.includes(name))
            findings.push(`${name}: ${first}`);
    for (const { name, findings: all } of seen)
        if (all.some((finding) => finding.startsWith('the check broke')))
            findings.push(`${name}: ${all[0]}`);
    return findings;
};

export const selftest = async (harness) => {
    const { browser, checks, look_at, tell, work } = harness;
    for (const view of views) {
        const begin = Date.now();
        const file = path.join(work, 'good.html');
        writeFileSync(file, good);
        const report = { ...expected, file, work: path.join(work, `good-${view.name}`) };
        tell(`selftest: no fault, ${view.name}`, await look_at(browser, report, view), begin);
    }

    const begin = Date.now();
    const results = checks.map(({ name }) => ({
        name: `'${name}' is tried`,
        findings: breaks.some(({ check }) => check === name) ? [] : ['no break is for it'],
    }));
    const next = breaks.entries();
    const worker = async () => {
        for (const [n, fault] of next)
            results.push({
                name: `${fault.check}${fault.what ? `: ${fault.what}` : ''} (${fault.view ?? 'light'})`,
                findings: await try_break(harness, fault, n),
            });
    };
    await Promise.all([worker(), worker()]);
    tell('selftest: breaks', results, begin);
};

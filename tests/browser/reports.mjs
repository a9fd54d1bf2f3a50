// The reports that are looked at, and how they are made: by the program itself, from a
// scenario to a page.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as forty from './forty_teams.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

// command: run where it is absent; figures: as many as `allot chart` draws where absent; names: those that a table must hold; injected: what these
// would be as markup; pages: of A4, fewest and most.
export const reports = [
    {
        name: 'two-teams', scenario: here('two-teams.cfg'), options: [],
        names: ['North', 'South', 'A', 'B'], pages: [3, 12],
        question: 'Two teams want the whole pool at once: who ships first, and what does ' +
            'sharing cost?',
    },
    {
        name: 'forty-teams', text: forty.scenario, options: ['-n', '20'],
        names: [...forty.names, ...forty.projects].map(forty.as_shown), injected: forty.injected, question: forty.question,
        pages: [5, 40],
    },
    {
        name: 'flagship', scenario: here('../../scenarios/llama-vs-opt.cfg'),
        options: ['-n', '200'], names: ['OPT', 'LLaMA', 'OPT-175B', 'GenAI'],
        pages: [5, 25],
        question: 'Two teams of one company build rival language models: what would another ' +
            'rule have done?',
    },
    {
        name: 'nothing-released', scenario: here('nothing-released.cfg'),
        options: ['-n', '20'], names: ['North', 'South', 'East', 'Long', 'Longer', 'Unwanted'],
        pages: [3, 20],
        question: 'What is left of a year in which nothing can be finished?',
    },
    {
        name: 'comparison', command: 'compare', figures: 5, // of two answers
        scenario: here('../../scenarios/llama-vs-opt.cfg'),
        options: ['-n', '40'], names: ['as it is', 'max-min', 'a council every three months', 'GenAI'],
        pages: [4, 20],
        question: 'Two teams of one company build rival language models: what would another ' +
            'rule have done?',
    },
    {
        name: 'sweep', command: 'sweep', scenario: here('../../scenarios/llama-vs-opt.cfg'),
        options: ['-n', '5'], names: ['1', '15'], pages: [2, 12],
        question: 'Two teams of one company build rival language models: what would another ' +
            'rule have done?',
    },
    {
        name: 'comparison-of-names', command: 'compare', text: forty.scenario,
        options: ['-n', '5', '--alt', 'equal:rule.divide=equal', '--alt',
            '"<img src=x onerror=document.title=1>":rule.divide=max-min'],
        names: ['as it is', 'equal', ...forty.names.map(forty.as_shown)], injected: forty.injected,
        question: forty.question, pages: [2, 30],
    },
];

// Runs the scenario and writes its report; throws with what the program said. The page is to
// have as many pictures as `allot chart` draws.
export const make_report = (report, allot, work) => {
    const directory = path.join(work, report.name);
    const file = path.join(work, `${report.name}.html`);
    let { scenario } = report;
    if (!scenario) {
        scenario = path.join(work, `${report.name}.cfg`);
        writeFileSync(scenario, report.text());
    }
    const program = (...args) => {
        try {
            return execFileSync(allot, args, { encoding: 'utf8', stdio: 'pipe' });
        } catch (error) {
            throw new Error(`allot ${args.join(' ')}\n${error.stderr || error.message}`);
        }
    };
    program(report.command ?? 'run', scenario, ...report.options, '--out', directory, '--quiet');
    program('report', directory, '-o', file);
    const charts = program('chart', directory).trim().split('\n');
    return { figures: charts.length, ...report, file };
};
